package org.genlab.datasets.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The most frequent words of some texts, numbered from {@link #FIRST} by frequency, equally
 * frequent ones in the order in which they first stand there.
 *
 * <p>Words are runs of letters, digits and apostrophes, in lower case; each other character that is
 * not white space is a word of its own.
 */
final class WordVocabulary {
  /** What fills sequences up, or separates documents. */
  static final int PADDING = 0;

  /** Stands for all words that are not known. */
  static final int UNKNOWN = 1;

  private static final int FIRST = 2;
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{N}']+|[^\\s\\p{L}\\p{N}']", Pattern.UNICODE_CHARACTER_CLASS);

  private final Map<String, Integer> numbers;

  private WordVocabulary(Map<String, Integer> numbers) {
    this.numbers = numbers;
  }

  /**
   * @param texts that are counted
   * @param most how many numbers there may be, the two special ones included
   */
  static WordVocabulary of(Iterable<String> texts, int most) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String text : texts) {
      for (String word : words(text)) {
        counts.merge(word, 1, Integer::sum);
      }
    }
    List<Map.Entry<String, Integer>> entries = new ArrayList<>(counts.entrySet());
    entries.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < Math.min(entries.size(), most - FIRST); i++) {
      numbers.put(entries.get(i).getKey(), FIRST + i);
    }
    return new WordVocabulary(numbers);
  }

  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group().toLowerCase(Locale.ROOT));
    }
    return words;
  }

  /** One more than the largest number. */
  int size() {
    return FIRST + numbers.size();
  }

  /** The numbers of the words of a text. */
  int[] encode(String text) {
    return words(text).stream().mapToInt(word -> numbers.getOrDefault(word, UNKNOWN)).toArray();
  }
}
