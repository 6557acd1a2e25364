package org.genlab.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.genlab.runtime.config.Node.MapNode;
import org.genlab.store.UserError;
import org.junit.jupiter.api.Test;

class OverridesTest {
  private static final String BASE =
      "{seed: 0, optimizer: {plugin: adamw, lr: 1}, dataset: xor, l: [1, {a: 2}], r: {dropout: }}";

  private static MapNode base() {
    return (MapNode) Yaml.parse(BASE, "x.yaml");
  }

  private static String apply(String... arguments) {
    Overrides overrides = Overrides.parse(List.of(arguments));
    assertEquals(1, overrides.variants().size());
    assertFalse(overrides.isSweep());
    return overrides.variants().get(0).applyTo(base()).toFlow();
  }

  private static String error(String... arguments) {
    return assertThrows(UserError.class, () -> apply(arguments)).getMessage();
  }

  @Test
  void aValueIsPutAtAPath() {
    String rest = ", dataset: xor, l: [1, {a: 2}], r: {dropout: null}}";
    assertEquals("{seed: 5, optimizer: {plugin: adamw, lr: 1}" + rest, apply("seed=5"));
    assertEquals(
        "{seed: 0, optimizer: {plugin: adamw, lr: 0.5, betas: [0.9, 0.98]}" + rest,
        apply("optimizer.lr=0.5", "optimizer.betas=[0.9, 0.98]"));
    assertEquals("{seed: 0, optimizer: sam" + rest, apply("optimizer=sam"));
    assertEquals("{seed: 0, optimizer: \"sam@[1,2)\"" + rest, apply("optimizer=sam@[1,2)"));
    assertEquals(
        "{seed: 0, optimizer: {plugin: sam, rho: 0.1}" + rest,
        apply("optimizer=sam", "optimizer.rho=0.1"));
  }

  @Test
  void mapsAreMadeOnTheWay() {
    String start = "{seed: 0, optimizer: {plugin: adamw, lr: 1}, ";
    assertEquals(
        start + "dataset: {plugin: xor, noise: 0.1}, l: [1, {a: 2}], r: {dropout: null}}",
        apply("dataset.noise=0.1"));
    assertEquals(
        start + "dataset: xor, l: [1, {a: 2}], r: {dropout: {p: 0.1}, l2: {w: 1}}}",
        apply("r.dropout.p=0.1", "r.l2.w=1"));
    assertEquals(start + "dataset: xor, l: [1, {a: 3}], r: {dropout: null}}", apply("l.1.a=3"));
    assertEquals(start + "dataset: xor, l: [1, {a: 2}], r: {}}", apply("~r.dropout"));
    assertEquals(start + "dataset: xor, l: [{a: 2}], r: {dropout: null}}", apply("~l.0"));
  }

  @Test
  void whatCameFromAnOverrideSaysSo() {
    MapNode node = Overrides.parse(List.of("optimizer.rho=0.1")).variants().get(0).applyTo(base());
    MapNode optimizer = (MapNode) node.get("optimizer").orElseThrow();
    assertEquals(
        "command line: optimizer.rho=0.1", optimizer.get("rho").orElseThrow().where().toString());
    assertEquals("command line: optimizer.rho=0.1", optimizer.whereKey("rho").toString());
    assertEquals("x.yaml:1", optimizer.whereKey("lr").toString());
  }

  @Test
  void sweepsMakeAProductInWhichTheLastVariesFastest() {
    Overrides sweep = Overrides.parse(List.of("optimizer=sam,adamw", "lr=0.1", "seed=0..2"));
    assertTrue(sweep.isSweep());
    assertEquals(
        List.of(
            "optimizer=sam seed=0",
            "optimizer=sam seed=1",
            "optimizer=sam seed=2",
            "optimizer=adamw seed=0",
            "optimizer=adamw seed=1",
            "optimizer=adamw seed=2"),
        sweep.variants().stream().map(Overrides.Variant::label).toList());
    MapNode last = sweep.variants().get(5).applyTo(base());
    assertEquals("adamw", last.get("optimizer").orElseThrow().toFlow());
    assertEquals("2", last.get("seed").orElseThrow().toFlow());
    assertEquals("command line: seed=2", last.get("seed").orElseThrow().where().toString());
    assertEquals(
        List.of("seed=-1", "seed=0", "seed=7"),
        Overrides.parse(List.of("seed=-1..0,7")).variants().stream()
            .map(Overrides.Variant::label)
            .toList());
    assertEquals(
        List.of("b=[1, 2]", "b={a: 3, c: 4}", "b=\"x,y\""),
        Overrides.parse(List.of("b=[1,2],{a: 3, c: 4},'x,y'")).variants().stream()
            .map(Overrides.Variant::label)
            .toList());
  }

  @Test
  void mistakesQuoteTheArgument() {
    assertEquals(
        "command line: fast: this is no override; write path=value to set, or ~path to remove, as"
            + " in optimizer.rho=0.1",
        error("fast"));
    assertEquals(
        "command line: a..b=1: 'a..b' is no path; write names with points between them:"
            + " optimizer.rho",
        error("a..b=1"));
    assertEquals(
        "command line: seed.x=1: 'seed' is 0 (x.yaml:1), so it has no 'x'", error("seed.x=1"));
    assertEquals(
        "command line: ~optimiser: there is no 'optimiser' to remove; did you mean 'optimizer'?",
        error("~optimiser"));
    assertEquals("command line: ~a=1: to remove a setting write only its path: ~a", error("~a=1"));
    assertEquals(
        "command line: l.2=1: 'l' is a list of 2, so '2' must be a number from 0 to 1",
        error("l.2=1"));
    assertEquals(
        "command line: seed=4..0: the range '4..0' must go upwards and have at most 10000 values",
        error("seed=4..0"));
    assertEquals("command line: seed=1,: a value is missing beside a comma", error("seed=1,"));
    assertTrue(error("a=[1").startsWith("command line: a=[1: not valid YAML: "));
    assertEquals(
        "command line: the sweep has more than 10000 runs; give fewer values",
        error("a=1..200", "b=1..200"));
  }
}
