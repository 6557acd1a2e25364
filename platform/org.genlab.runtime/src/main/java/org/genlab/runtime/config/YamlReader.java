package org.genlab.runtime.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.genlab.store.UserError;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Builds nodes from the parser's events, so that nothing is ever constructed from a tag. */
final class YamlReader {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NODES = 100_000;
  private static final Set<String> STRING_TAGS = Set.of("!", "tag:yaml.org,2002:str");

  private final String source;
  private final Location fixed;
  private final Map<String, Counted> anchors = new HashMap<>();
  private ParserImpl events;

  /** A node and how many nodes it has when aliases are written out. */
  private record Counted(Node node, int nodes) {}

  /**
   * @param fixed where all nodes are said to stand, or null
   */
  YamlReader(String source, Location fixed) {
    this.source = source;
    this.fixed = fixed;
  }

  Node read(String text) {
    LoadSettings settings = LoadSettings.builder().setLabel(source).build();
    try {
      events = new ParserImpl(settings, new StreamReader(settings, text));
      events.next(); // the start of the stream
      if (events.checkEvent(Event.ID.StreamEnd)) {
        return new Node.Scalar("", false, fixed == null ? new Location(source, 1, 1) : fixed);
      }
      events.next(); // the start of the document
      Counted root = node(0);
      events.next(); // the end of the document
      if (!events.checkEvent(Event.ID.StreamEnd)) {
        throw at(events.peekEvent().getStartMark())
            .error("a second document starts here; a configuration is one document, without '---'");
      }
      return root.node();
    } catch (MarkedYamlEngineException e) {
      throw new UserError(
          at(e.getProblemMark().or(e::getContextMark))
              + ": not valid YAML: "
              + explain(e.getProblem())
              + Optional.ofNullable(e.getContext()).map(c -> " (" + c + ")").orElse(""),
          e);
    } catch (YamlEngineException e) {
      throw new UserError(source + ": not valid YAML: " + e.getMessage(), e);
    }
  }

  private Counted node(int depth) {
    Event event = events.next();
    Location where = at(event.getStartMark());
    if (depth > MAX_DEPTH) {
      throw where.error("nested more than " + MAX_DEPTH + " levels deep");
    }
    if (event instanceof AliasEvent alias) {
      Counted target = anchors.get(alias.getAlias().getValue());
      if (target == null) {
        throw where.error("there is no anchor '&" + alias.getAlias() + "' before this alias");
      }
      return target;
    }
    Counted result;
    if (event instanceof ScalarEvent scalar) {
      result = new Counted(scalar(scalar, where), 1);
    } else {
      CollectionStartEvent start = (CollectionStartEvent) event;
      start
          .getTag()
          .ifPresent(
              tag -> {
                throw where.error("tags such as '" + tag + "' are not allowed");
              });
      result = event.getEventId() == Event.ID.MappingStart ? map(where, depth) : list(where, depth);
    }
    if (result.nodes() > MAX_NODES) {
      throw where.error(
          String.format(
              Locale.ROOT,
              "more than %d values once its aliases are written out; a configuration is smaller",
              MAX_NODES));
    }
    Optional<Anchor> anchor = ((NodeEvent) event).getAnchor();
    anchor.ifPresent(a -> anchors.put(a.getValue(), result));
    return result;
  }

  private Counted map(Location where, int depth) {
    Map<String, Node> entries = new LinkedHashMap<>();
    Map<String, Location> keys = new LinkedHashMap<>();
    long nodes = 1;
    while (!events.checkEvent(Event.ID.MappingEnd)) {
      Node keyNode = node(depth + 1).node();
      if (!(keyNode instanceof Node.Scalar key)) {
        throw keyNode.error(keyNode.describe() + " cannot be a key; keys are names");
      }
      if (key.isNull()) {
        throw key.error("a key is missing before ':'");
      }
      Location first = keys.putIfAbsent(key.text(), key.where());
      if (first != null) {
        throw key.error(
            "the key '"
                + key.text()
                + "' stands here a second time, first "
                + (first.line() == 0 ? "before" : "in line " + first.line())
                + "; remove one of them");
      }
      Counted value = node(depth + 1);
      entries.put(key.text(), value.node());
      nodes += value.nodes();
    }
    events.next();
    return new Counted(new Node.MapNode(entries, keys, where), clamp(nodes));
  }

  private Counted list(Location where, int depth) {
    List<Node> elements = new ArrayList<>();
    long nodes = 1;
    while (!events.checkEvent(Event.ID.SequenceEnd)) {
      Counted element = node(depth + 1);
      elements.add(element.node());
      nodes += element.nodes();
    }
    events.next();
    return new Counted(new Node.ListNode(elements, where), clamp(nodes));
  }

  private static int clamp(long nodes) {
    return (int) Math.min(nodes, MAX_NODES + 1L);
  }

  private static Node scalar(ScalarEvent event, Location where) {
    boolean text = !event.isPlain();
    if (event.getTag().isPresent()) {
      String tag = event.getTag().get();
      if (!STRING_TAGS.contains(tag)) {
        throw where.error("tags such as '" + tag + "' are not allowed");
      }
      text = true;
    }
    return new Node.Scalar(event.getValue(), text, where);
  }

  private Location at(Optional<Mark> mark) {
    if (fixed != null) {
      return fixed;
    }
    return mark.map(m -> new Location(source, m.getLine() + 1, m.getColumn() + 1))
        .orElse(Location.of(source));
  }

  /** The parser's words for the commonest slips, in words that say what to do. */
  private static String explain(String problem) {
    if (problem == null) {
      return "it cannot be read";
    }
    if (problem.contains("found character '\\t(TAB)'") || problem.contains("\\t")) {
      return "a tab stands where only spaces may; indent with spaces";
    }
    if (problem.startsWith("mapping values are not allowed here")) {
      return "':' stands here inside a value; is the indentation right, or are quotes missing?";
    }
    if (problem.startsWith("found unknown escape character")) {
      return problem + "; write \\\\ for a backslash, or use single quotes";
    }
    return problem;
  }
}
