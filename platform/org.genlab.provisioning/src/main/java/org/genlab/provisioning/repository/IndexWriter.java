package org.genlab.provisioning.repository;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.Content;
import org.osgi.framework.Version;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;

/**
 * Writes indexes (OSGi Compendium, 132.5). Equal bundles give equal bytes: bundles are ordered by
 * name and version, attributes by name, and there are no times.
 */
public final class IndexWriter {
  static final String NAMESPACE = "http://www.osgi.org/xmlns/repository/v1.0.0";

  private final XMLStreamWriter xml;

  private IndexWriter(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /**
   * The bytes of an index.
   *
   * @param name of the repository
   */
  public static byte[] write(String name, List<BundleResource> bundles) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      XMLStreamWriter xml =
          XMLOutputFactory.newDefaultFactory()
              .createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
      new IndexWriter(xml).repository(name, bundles);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("an index cannot be written to memory", e);
    }
    return bytes.toByteArray();
  }

  private void repository(String name, List<BundleResource> bundles) throws XMLStreamException {
    xml.writeStartDocument("UTF-8", "1.0");
    line(0);
    xml.setDefaultNamespace(NAMESPACE);
    xml.writeStartElement(NAMESPACE, "repository");
    xml.writeDefaultNamespace(NAMESPACE);
    xml.writeAttribute("name", name);
    Comparator<BundleResource> order =
        BundleResource.ORDER.thenComparing(b -> b.content().map(Content::url).orElse(""));
    for (BundleResource bundle : bundles.stream().sorted(order).toList()) {
      line(1);
      xml.writeStartElement(NAMESPACE, "resource");
      for (Capability capability : bundle.getCapabilities(null)) {
        clause(
            "capability",
            capability.getNamespace(),
            capability.getDirectives(),
            capability.getAttributes());
      }
      for (Requirement requirement : bundle.getRequirements(null)) {
        clause(
            "requirement",
            requirement.getNamespace(),
            requirement.getDirectives(),
            requirement.getAttributes());
      }
      line(1);
      xml.writeEndElement();
    }
    line(0);
    xml.writeEndElement();
    line(0);
    xml.writeEndDocument();
  }

  private void clause(
      String element,
      String namespace,
      Map<String, String> directives,
      Map<String, Object> attributes)
      throws XMLStreamException {
    line(2);
    xml.writeStartElement(NAMESPACE, element);
    xml.writeAttribute("namespace", namespace);
    for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
      line(3);
      xml.writeEmptyElement(NAMESPACE, "attribute");
      xml.writeAttribute("name", attribute.getKey());
      String type = type(attribute.getValue());
      if (!type.equals("String")) {
        xml.writeAttribute("type", type);
      }
      xml.writeAttribute("value", text(attribute.getValue()));
    }
    for (Map.Entry<String, String> directive : directives.entrySet()) {
      line(3);
      xml.writeEmptyElement(NAMESPACE, "directive");
      xml.writeAttribute("name", directive.getKey());
      xml.writeAttribute("value", directive.getValue());
    }
    line(2);
    xml.writeEndElement();
  }

  private void line(int depth) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }

  private static String type(Object value) {
    if (value instanceof List<?> list) {
      return "List<" + (list.isEmpty() ? "String" : type(list.get(0))) + ">";
    }
    if (value instanceof Version) {
      return "Version";
    }
    if (value instanceof Long) {
      return "Long";
    }
    return value instanceof Double ? "Double" : "String";
  }

  private static String text(Object value) {
    return value instanceof List<?> list
        ? list.stream()
            .map(element -> String.valueOf(element).replaceAll("[\\\\,]", "\\\\$0"))
            .collect(Collectors.joining(","))
        : String.valueOf(value);
  }
}
