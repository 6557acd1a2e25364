package org.genlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.genlab.store.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobJournalTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("queue.jsonl");
  }

  private static Job job(long number) {
    return new Job(
        number,
        "a-" + number,
        new Submission.Variant("a", "seed=" + number, "name: a\n", number, 100),
        "a.yaml",
        Path.of("/from"),
        Job.State.QUEUED,
        0,
        "");
  }

  @Test
  void jobsAndTheirLastStatesAreReadAgain() {
    try (JobJournal journal = JobJournal.open(file)) {
      journal.add(List.of(job(1), job(2)));
      journal.change(job(1).in(Job.State.RUNNING, 0, ""));
      journal.change(job(1).in(Job.State.FAILED, 7, "why"));
      journal.change(job(2).in(Job.State.RUNNING, 5, ""));
    }
    for (int i = 0; i < 2; i++) { // Once from the lines, once from what was written anew.
      try (JobJournal journal = JobJournal.open(file)) {
        assertEquals(
            List.of(job(1).in(Job.State.FAILED, 7, "why"), job(2).in(Job.State.RUNNING, 5, "")),
            journal.jobs());
        assertEquals(3, journal.nextNumber());
      }
    }
  }

  @Test
  void lineCutShortByAPowerCutDoesNotCount() throws IOException {
    try (JobJournal journal = JobJournal.open(file)) {
      journal.add(List.of(job(1)));
      journal.add(List.of(job(2), job(3)));
    }
    byte[] whole = Files.readAllBytes(file);
    int firstLine = Files.readString(file).indexOf('\n') + 1;
    for (int length = firstLine; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (JobJournal journal = JobJournal.open(file)) {
        assertEquals(List.of(job(1)), journal.jobs(), "a sweep is there as a whole or not at all");
        journal.add(List.of(job(2)));
      }
      try (JobJournal journal = JobJournal.open(file)) {
        assertEquals(List.of(job(1), job(2)), journal.jobs());
      }
    }
  }

  @Test
  void damagedLineIsNamed() throws IOException {
    try (JobJournal journal = JobJournal.open(file)) {
      journal.add(List.of(job(1)));
    }
    Files.writeString(file, "{\"job\":1,\"now\":{\"state\":\"odd\"}}\n", StandardOpenOption.APPEND);
    UserError error = assertThrows(UserError.class, () -> JobJournal.open(file));
    assertTrue(error.getMessage().startsWith(file + ":2: this line"), error.getMessage());
  }

  @Test
  void whatIsLongOverIsForgottenButNotItsNumber() {
    List<Job> jobs = LongStream.rangeClosed(1, 250).mapToObj(JobJournalTest::job).toList();
    try (JobJournal journal = JobJournal.open(file)) {
      journal.add(jobs);
      jobs.stream()
          .filter(j -> j.number() != 3)
          .forEach(j -> journal.change(j.in(Job.State.FINISHED, 100, "")));
    }
    try (JobJournal journal = JobJournal.open(file)) {
      assertEquals(101, journal.jobs().size());
      assertEquals(job(3), journal.jobs().get(0), "not over");
      assertEquals(251, journal.nextNumber());
    }
  }
}
