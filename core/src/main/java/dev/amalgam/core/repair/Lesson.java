package dev.amalgam.core.repair;

import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.model.ModelRunner;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/** A task, and what its expert makes of its texts, which any number of repairs may learn. */
public final class Lesson {

  private final Repair.Task task;
  private final Teacher teacher;

  private Lesson(Repair.Task task, Teacher teacher) {
    this.task = task;
    this.teacher = teacher;
  }

  /**
   * Lets the experts run on their texts.
   *
   * @param batchTokens the most tokens that run together
   * @param memory for the experts' states
   */
  public static List<Lesson> of(
      List<Repair.Task> tasks,
      int batchTokens,
      Engine engine,
      SegmentAllocator memory,
      ModelRunner.LayerListener listener) {
    List<Lesson> lessons = new ArrayList<>();
    for (Repair.Task task : tasks) {
      Teacher teacher =
          new Teacher(
              task.expert().at(task.strength()),
              task.texts(),
              batchTokens,
              engine,
              memory,
              listener);
      lessons.add(new Lesson(task, teacher));
    }
    return lessons;
  }

  /** Returns the task. */
  public Repair.Task task() {
    return task;
  }

  Teacher teacher() {
    return teacher;
  }
}
