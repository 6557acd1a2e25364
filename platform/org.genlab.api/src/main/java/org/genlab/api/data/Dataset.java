package org.genlab.api.data;

import java.util.List;
import java.util.stream.Collectors;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A source of examples, divided into named splits.
 *
 * <p>The examples are a pure function of the settings and of the run's randomness; a dataset has no
 * state that training changes. Usual names of splits are {@link #TRAIN}, {@link #VALIDATION} and
 * {@link #TEST}; a dataset may have any others, such as {@code ood} or one per task.
 */
@ConsumerType
public interface Dataset {
  String TRAIN = "train";
  String VALIDATION = "validation";
  String TEST = "test";

  /** What inputs and targets look like; the same for all splits. */
  DataSpec spec();

  /** All splits, in the order in which reports list them; the first is what is trained on. */
  List<Split> splits();

  /**
   * The split of that name.
   *
   * @throws IllegalArgumentException when there is none; the message lists those there are
   */
  default Split split(String name) {
    return splits().stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no split '"
                        + name
                        + "': the dataset has "
                        + splits().stream().map(Split::name).collect(Collectors.joining(", "))));
  }
}
