package org.genlab.api.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.genlab.api.training.Schedule.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTest {
  @ParameterizedTest
  @EnumSource(Shape.class)
  void warmUpRisesLinearlyToOne(Shape shape) {
    Schedule schedule = new Schedule(shape, 10, 0, 100, 0.1);
    assertEquals(0.1, schedule.factor(0, 1000), 1e-15);
    assertEquals(0.5, schedule.factor(4, 1000), 1e-15);
    assertEquals(1.0, schedule.factor(9, 1000), 1e-15);
    assertEquals(1.0, schedule.factor(10, 1000), 1e-15);
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void neverRisesAfterWarmUpAndStaysWithinZeroAndOne(Shape shape) {
    Schedule schedule = new Schedule(shape, 7, 0.2, 50, 0.5);
    double previous = 1;
    for (long step = 7; step < 400; step++) {
      double factor = schedule.factor(step, 300);
      assertTrue(factor <= previous && factor >= 0, shape + " at step " + step);
      previous = factor;
    }
  }

  @Test
  void linearAndCosineEndAtTheirFloor() {
    assertEquals(0.25, new Schedule(Shape.LINEAR, 0, 0.25, 1, 1).factor(200, 200), 1e-15);
    assertEquals(0.25, new Schedule(Shape.COSINE, 0, 0.25, 1, 1).factor(200, 200), 1e-15);
    assertEquals(0.25, new Schedule(Shape.LINEAR, 0, 0.25, 1, 1).factor(900, 200), 1e-15);
  }

  @Test
  void halfWayLinearAndCosineAreTheMeanOfTheirEnds() {
    assertEquals(0.6, new Schedule(Shape.LINEAR, 0, 0.2, 1, 1).factor(50, 100), 1e-15);
    assertEquals(0.6, new Schedule(Shape.COSINE, 0, 0.2, 1, 1).factor(50, 100), 1e-15);
  }

  @Test
  void stepDropsByItsFactorEachTime() {
    Schedule schedule = new Schedule(Shape.STEP, 5, 0, 10, 0.5);
    assertEquals(1, schedule.factor(14, 1000), 0);
    assertEquals(0.5, schedule.factor(15, 1000), 0);
    assertEquals(0.25, schedule.factor(25, 1000), 0);
  }
}
