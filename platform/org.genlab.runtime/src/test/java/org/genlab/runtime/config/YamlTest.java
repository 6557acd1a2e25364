package org.genlab.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.genlab.runtime.config.Node.ListNode;
import org.genlab.runtime.config.Node.MapNode;
import org.genlab.runtime.config.Node.Scalar;
import org.genlab.store.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlTest {
  @TempDir Path directory;

  private static String error(String text) {
    return assertThrows(UserError.class, () -> Yaml.parse(text, "x.yaml")).getMessage();
  }

  @Test
  void nodesKnowWhereTheyStand() {
    MapNode root = (MapNode) Yaml.parse("a: 1\nb:\n  - x\n  - {c: true}\n", "x.yaml");
    assertEquals(new Location("x.yaml", 1, 4), root.get("a").orElseThrow().where());
    ListNode list = assertInstanceOf(ListNode.class, root.get("b").orElseThrow());
    MapNode inner = (MapNode) list.elements().get(1);
    assertEquals(new Location("x.yaml", 4, 6), inner.whereKey("c"));
    assertEquals("x.yaml:4", inner.get("c").orElseThrow().where().toString());
  }

  @Test
  void scalarsAreOfTheCoreSchema() {
    for (String number : List.of("1", "-1", "+1", "1e-3", ".5", "1.", "1.5E+3", "007")) {
      assertTrue(scalar(number).asNumber().isPresent(), number);
    }
    for (String text : List.of("1_000", "0x", "yes", "on", "1.2.3", "e3", ".", "12:30", "--1")) {
      assertTrue(scalar(text).isText(), text);
    }
    for (String nothing : List.of("", "~", "null")) {
      assertTrue(scalar(nothing).isNull(), nothing);
    }
    assertEquals(Double.NEGATIVE_INFINITY, scalar("-.inf").asDouble().orElseThrow());
    assertTrue(scalar("'1'").isText());
    assertTrue(scalar("!!str 1").isText());
    assertEquals(0.001, scalar("1e-3").asDouble().orElseThrow());
    assertTrue(scalar("1e999999999").asNumber().isEmpty());
  }

  private static Scalar scalar(String text) {
    return (Scalar) Yaml.parse(text, "x.yaml");
  }

  @Test
  void aliasesStandForTheirAnchors() {
    MapNode root = (MapNode) Yaml.parse("a: &x {p: 1}\nb: *x\n", "x.yaml");
    assertEquals(root.get("a"), root.get("b"));
    assertEquals("x.yaml:1: there is no anchor '&y' before this alias", error("a: *y"));
    assertEquals("x.yaml:1: there is no anchor '&y' before this alias", error("a: &y [*y]"));
  }

  @Test
  void filesOfOtherSystemsAreUnderstood() {
    MapNode root = (MapNode) Yaml.parse("\ufeffa: 1\r\nb: x # why\r\n", "x.yaml");
    assertEquals("{a: 1, b: x}", root.toFlow());
    assertEquals(2, root.whereKey("b").line());
    assertTrue(Yaml.parse("# nothing\n", "x.yaml").asMap().orElseThrow().entries().isEmpty());
  }

  @Test
  void aBombOfAliasesIsRefused() {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String alias = "*a" + (i - 1);
      text.append("a").append(i).append(": &a").append(i).append(" [");
      text.append(String.join(", ", Collections.nCopies(10, alias))).append("]\n");
    }
    assertEquals(
        "x.yaml:5: more than 100000 values once its aliases are written out; a configuration is"
            + " smaller",
        error(text.toString()));
    assertEquals("x.yaml:1: nested more than 64 levels deep", error("[".repeat(100_000)));
  }

  @Test
  void mistakesAreExplainedWithTheirLine() {
    assertEquals(
        "x.yaml:3: the key 'a' stands here a second time, first in line 1; remove one of them",
        error("a: 1\nb: 2\na: 3\n"));
    assertEquals(
        "x.yaml:2: not valid YAML: ':' stands here inside a value; is the indentation right, or"
            + " are quotes missing?",
        error("a: 1\n  b: 2\n"));
    assertEquals(
        "x.yaml:2: not valid YAML: a tab stands where only spaces may; indent with spaces (while"
            + " scanning for the next token)",
        error("a:\n\tb: 2\n"));
    assertEquals(
        "x.yaml:1: not valid YAML: found unknown escape character q(113); write \\\\ for a"
            + " backslash, or use single quotes (while scanning a double-quoted scalar)",
        error("a: \"\\q\"\n"));
    assertEquals(
        "x.yaml:2: a second document starts here; a configuration is one document, without '---'",
        error("a: 1\n---\nb: 2\n"));
    assertEquals(
        "x.yaml:1: tags such as '!!java.net.URL' are not allowed",
        error("a: !!java.net.URL [x]\n").replace("tag:yaml.org,2002:", "!!"));
    assertEquals("x.yaml:1: a list cannot be a key; keys are names", error("[a, b]: 1\n"));
    assertTrue(error("a: [1, 2\nb: 3\n").startsWith("x.yaml:2: not valid YAML: "));
    assertTrue(error("a: 'x\n").startsWith("x.yaml:2: not valid YAML: "));
    assertTrue(error("a: \u0000\n").startsWith("x.yaml: not valid YAML: "));
  }

  @Test
  void filesThatCannotBeReadAreExplained() throws Exception {
    Path there = Files.writeString(directory.resolve("grokking.yaml"), "a: 1\n");
    assertEquals("1", ((Scalar) ((MapNode) Yaml.parse(there)).get("a").orElseThrow()).text());
    assertEquals(there + ":1", Yaml.parse(there).where().toString());
    Path missing = directory.resolve("groking.yaml");
    assertEquals(
        "there is no file '" + missing + "' (but a 'grokking.yaml'); give the path of a YAML file",
        message(missing));
    assertEquals(
        "'" + directory + "' is a directory; give the path of a YAML file", message(directory));
    Path latin = directory.resolve("latin.yaml");
    Files.write(latin, "a: é\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("'" + latin + "' is not UTF-8 text; save it as UTF-8", message(latin));
    Path big = Files.write(directory.resolve("big.yaml"), new byte[Yaml.MAX_BYTES + 1]);
    assertEquals("'" + big + "' has 1048577 bytes; a configuration may have 1 MiB", message(big));
  }

  private static String message(Path file) {
    return assertThrows(UserError.class, () -> Yaml.parse(file)).getMessage();
  }

  @Test
  void whatIsWrittenReadsBackEqual() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      Node node = Node.of(value(random, 4), Location.of("random"));
      String yaml = node.toYaml();
      Node back = Yaml.parse(yaml, "back.yaml");
      assertEquals(node, back, yaml);
      assertEquals(yaml, back.toYaml());
      assertEquals(node, Yaml.parse(node.toFlow(), "flow.yaml"), node.toFlow());
    }
  }

  private static final String LETTERS = "ab1.-_ :#,[]{}'\"\\!&*?|>%@`~=<\n\té\u2028/+e0";

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextLong() >> random.nextInt(64);
      case 3 -> Double.longBitsToDouble(random.nextLong());
      case 4, 5 -> text(random);
      case 6 -> {
        List<Object> list = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
          list.add(value(random, depth - 1));
        }
        yield list;
      }
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int n = random.nextInt(4); n > 0; n--) {
          map.put("k" + text(random), value(random, depth - 1));
        }
        yield map;
      }
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(8); n > 0; n--) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  @Test
  void ordinaryTextIsWrittenWithoutQuotes() {
    for (String text : List.of("x/y", "adamw", "x+y", "two words", "it's", "a_b-c.d", "x^2+xy")) {
      assertEquals(text, Node.of(text, Location.of("")).toFlow());
    }
    for (String text : List.of("1e3", "true", "null", "", "a: b", "sam@[1,2)", "- a", " a", ".5")) {
      assertEquals("\"" + text + "\"", Node.of(text, Location.of("")).toFlow());
    }
  }
}
