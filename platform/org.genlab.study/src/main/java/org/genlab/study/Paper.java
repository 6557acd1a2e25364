package org.genlab.study;

import java.util.List;

/**
 * The publication a study reproduces.
 *
 * @param number in the catalogue of papers; 0 when it has none
 * @param title of the publication
 * @param authors in the order of the publication; empty when the study file does not list them
 * @param arxiv the arXiv identifier, e.g. {@code 2201.02177}; empty when there is none
 * @param year of publication; 0 when unknown
 * @param group of the catalogue, e.g. {@code grokking-and-memorisation}
 * @param summary what the paper shows, in a few sentences
 */
public record Paper(
    int number,
    String title,
    List<String> authors,
    String arxiv,
    int year,
    String group,
    String summary) {
  public Paper {
    authors = List.copyOf(authors);
  }
}
