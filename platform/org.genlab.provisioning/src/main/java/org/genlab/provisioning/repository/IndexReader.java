package org.genlab.provisioning.repository;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.genlab.provisioning.bundles.Attributes;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.BundleResource.Clause;
import org.genlab.provisioning.bundles.ManifestReader;
import org.genlab.store.UserError;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.IdentityNamespace;

/**
 * Reads indexes (OSGi Compendium, 132.5) that nobody vouches for: without document types, entities,
 * or anything else that the parser would fetch or expand.
 */
public final class IndexReader {
  private static final int MOST_BUNDLES = 100_000;

  private final XMLStreamReader xml;
  private final String where;

  private IndexReader(XMLStreamReader xml, String where) {
    this.xml = xml;
    this.where = where;
  }

  /**
   * The bundles of an index.
   *
   * @param where it comes from, for messages
   * @throws UserError when it is malformed
   */
  public static List<BundleResource> read(byte[] index, String where) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("an index refers to no other document");
        });
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(index));
      return new IndexReader(xml, where).repository();
    } catch (XMLStreamException e) {
      throw new UserError(
          "the index "
              + where
              + " is malformed"
              + (e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNumber())
              + ": "
              + firstLine(e.getMessage())
              + ".",
          e);
    }
  }

  private static String firstLine(String message) {
    // The parser puts its message behind a line that says where.
    String text = message == null ? "" : message.replaceFirst("(?s).*Message: ", "");
    return text.lines().findFirst().orElse("").replaceFirst("\\.$", "");
  }

  /** The next tag, past text and comments; anything else has no place in an index. */
  private int next() throws XMLStreamException {
    while (true) {
      int event = xml.next();
      switch (event) {
        case XMLStreamConstants.START_ELEMENT,
            XMLStreamConstants.END_ELEMENT,
            XMLStreamConstants.END_DOCUMENT -> {
          return event;
        }
        case XMLStreamConstants.DTD -> throw error("it has a document type declaration");
        case XMLStreamConstants.ENTITY_REFERENCE -> throw error("it refers to an entity");
        default -> {
          // Text and comments mean nothing here.
        }
      }
    }
  }

  private XMLStreamException error(String what) {
    return new XMLStreamException(what, xml.getLocation());
  }

  private List<BundleResource> repository() throws XMLStreamException {
    if (next() != XMLStreamConstants.START_ELEMENT
        || !xml.getLocalName().equals("repository")
        || !IndexWriter.NAMESPACE.equals(xml.getNamespaceURI())) {
      throw error(
          "it must begin with <repository xmlns=\""
              + IndexWriter.NAMESPACE
              + "\">, as an index of the OSGi repository format does");
    }
    List<BundleResource> bundles = new ArrayList<>();
    while (next() == XMLStreamConstants.START_ELEMENT) {
      if (!xml.getLocalName().equals("resource")) {
        skip();
        continue;
      }
      if (bundles.size() == MOST_BUNDLES) {
        throw error("it has more than " + MOST_BUNDLES + " resources");
      }
      BundleResource bundle = resource();
      if (bundle != null) {
        bundles.add(bundle);
      }
    }
    return List.copyOf(bundles);
  }

  /** A resource; null when it is no bundle. */
  private BundleResource resource() throws XMLStreamException {
    List<Clause> capabilities = new ArrayList<>();
    List<Clause> requirements = new ArrayList<>();
    while (next() == XMLStreamConstants.START_ELEMENT) {
      switch (xml.getLocalName()) {
        case "capability" -> capabilities.add(clause());
        case "requirement" -> requirements.add(clause());
        default -> skip();
      }
    }
    for (Clause capability : capabilities) {
      if (capability.namespace().equals(IdentityNamespace.IDENTITY_NAMESPACE)
          && String.valueOf(
                  capability.attributes().get(IdentityNamespace.CAPABILITY_TYPE_ATTRIBUTE))
              .startsWith("osgi.")) {
        return bundle(capability.attributes(), capabilities, requirements);
      }
    }
    return null;
  }

  private BundleResource bundle(
      Map<String, Object> identity, List<Clause> capabilities, List<Clause> requirements)
      throws XMLStreamException {
    if (!(identity.get(IdentityNamespace.IDENTITY_NAMESPACE) instanceof String name)
        || !ManifestReader.isSymbolicName(name)) {
      throw error(
          "'"
              + identity.get(IdentityNamespace.IDENTITY_NAMESPACE)
              + "' is no symbolic name of a bundle");
    }
    if (!(identity.get(IdentityNamespace.CAPABILITY_VERSION_ATTRIBUTE)
        instanceof Version version)) {
      throw error("the bundle " + name + " has no version");
    }
    BundleResource.Builder builder = new BundleResource.Builder(name, version);
    capabilities.forEach(builder::offers);
    try {
      requirements.forEach(builder::needs);
      BundleResource bundle = builder.build();
      bundle.content();
      return bundle;
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "the index "
              + where
              + " is malformed: "
              + e.getMessage()
              + ", in the bundle "
              + name
              + ".",
          e);
    }
  }

  private Clause clause() throws XMLStreamException {
    String namespace = required("namespace");
    Map<String, Object> attributes = new HashMap<>();
    Map<String, String> directives = new HashMap<>();
    while (next() == XMLStreamConstants.START_ELEMENT) {
      switch (xml.getLocalName()) {
        case "attribute" -> {
          String name = required("name");
          String type = xml.getAttributeValue(null, "type");
          String value = required("value");
          try {
            attributes.put(name, Attributes.typed(type == null ? "String" : type, value));
          } catch (IllegalArgumentException e) {
            throw error("the attribute '" + name + "' is malformed: " + e.getMessage());
          }
        }
        case "directive" -> directives.put(required("name"), required("value"));
        default -> {
          // Extensions of the format are passed over.
        }
      }
      skip();
    }
    return new Clause(namespace, directives, attributes);
  }

  private String required(String attribute) throws XMLStreamException {
    String value = xml.getAttributeValue(null, attribute);
    if (value == null) {
      throw error("<" + xml.getLocalName() + "> has no '" + attribute + "'");
    }
    return value;
  }

  /** Passes over the rest of an element. */
  private void skip() throws XMLStreamException {
    for (int depth = 1; depth > 0; ) {
      depth += next() == XMLStreamConstants.START_ELEMENT ? 1 : -1;
    }
  }
}
