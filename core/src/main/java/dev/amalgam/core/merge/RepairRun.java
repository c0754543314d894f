package dev.amalgam.core.merge;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.Journal;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.repair.Lesson;
import dev.amalgam.core.repair.Repair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Runs a {@link Repair}: judges the merged model after each fifth of the steps, notes how far it
 * is, and keeps the best.
 */
final class RepairRun {

  private static final int JUDGEMENTS = 5;
  private static final int PASSES = 2;

  private final Evidence evidence;
  private final Judge judge;
  private final List<Lesson> lessons;
  private final Repair.Settings settings;
  private final int patience;
  private final String phase;
  private final Journal journal;
  private final int layers;

  // What changes while it runs.
  private Repair repair;
  private Judged kept;
  private float[] best;
  private int worse;
  private final SequencedMap<Integer, double[]> judgements = new LinkedHashMap<>();

  /**
   * Creates a run.
   *
   * @param judge of the models on the way
   * @param patience how many judgements in a row may be no better
   * @param phase what it is called
   * @param what all that has a bearing on it beside models, examples and these settings
   */
  RepairRun(
      Evidence evidence,
      Judge judge,
      List<Lesson> lessons,
      Repair.Settings settings,
      int patience,
      String phase,
      String what) {
    this.evidence = evidence;
    this.judge = judge;
    this.lessons = lessons;
    this.settings = settings;
    this.patience = patience;
    this.phase = phase;
    this.journal = evidence.journal(phase + "\n" + settings + "\n" + patience + "\n" + what);
    this.layers = evidence.experts().getFirst().at(1).layers().size();
  }

  /** Returns the best model on the way from one, whose coefficients are moved there. */
  Judged from(Judged begun) {
    ModelRunner.LayerListener listener = evidence.started(phase, tokens(1), layers);
    repair = new Repair(begun.merged(), lessons, settings, evidence.engine(), listener);
    float[] now = repair.state().values();
    kept = begun;
    best = now.clone();
    worse = 0;
    judgements.put(0, begun.missed());
    journal.last().filter(notes -> fits(notes, now)).ifPresent(notes -> resume(notes, begun));
    while (repair.steps() < settings.steps() && worse < patience) {
      int to = Math.min(settings.steps(), repair.steps() + every());
      listener = evidence.started(title(to), tokens(to - repair.steps()), layers);
      while (repair.steps() < to) {
        repair.step();
      }
      judge(now, listener);
    }
    System.arraycopy(best, 0, now, 0, now.length);
    return kept;
  }

  /** Returns, after the run, what was missed at each step that was judged, from step 0 on. */
  SequencedMap<Integer, double[]> judgements() {
    return judgements;
  }

  private int every() {
    return Math.max(1, Math.ceilDiv(settings.steps(), JUDGEMENTS));
  }

  private void judge(float[] now, ModelRunner.LayerListener listener) {
    Judged judged = judge.of(kept.merged(), listener);
    judgements.put(repair.steps(), judged.missed());
    if (judged.isBetterThan(kept)) {
      kept = judged;
      best = now.clone();
      worse = 0;
    } else {
      worse++;
    }
    journal.keep(notes());
  }

  private String title(int to) {
    return String.format(
        Locale.ROOT,
        "%s %d-%d of %d, keeps %.3f",
        phase,
        repair.steps() + 1,
        to,
        settings.steps(),
        1 - kept.mean());
  }

  private long tokens(int steps) {
    double tokens = judge.tokens();
    for (Lesson lesson : lessons) {
      Repair.Task task = lesson.task();
      double all = task.texts().stream().mapToLong(Example::length).sum();
      double share = Math.min(1, (double) settings.texts() / task.texts().size());
      tokens += PASSES * steps * share * all;
    }
    return (long) tokens;
  }

  private SequencedMap<String, float[]> notes() {
    Repair.State state = repair.state();
    SequencedMap<String, float[]> notes = new LinkedHashMap<>();
    notes.put("coefficients", state.values());
    notes.put("means", state.means());
    notes.put("squares", state.squares());
    notes.put("best", best);
    notes.put("place", new float[] {state.steps(), worse});
    notes.put("missed", exact(kept.missed()));
    notes.put("forgotten", exact(new double[] {kept.forgotten()}));
    notes.put(
        "judgements",
        exact(judgements.values().stream().skip(1).flatMapToDouble(Arrays::stream).toArray()));
    return notes;
  }

  // Notes are found by a hash of all they depend on; others were tampered with.
  private boolean fits(Map<String, float[]> notes, float[] now) {
    return List.of("coefficients", "means", "squares", "best").stream()
            .allMatch(name -> notes.containsKey(name) && notes.get(name).length == now.length)
        && notes.containsKey("place")
        && notes.get("place").length == 2
        && notes.get("place")[0] >= 0
        && notes.get("place")[0] <= settings.steps()
        && notes.containsKey("missed")
        && notes.get("missed").length == 3 * evidence.experts().size()
        && notes.containsKey("forgotten")
        && notes.get("forgotten").length == 3
        && notes.containsKey("judgements")
        && notes.get("judgements").length
            == Math.ceilDiv((int) notes.get("place")[0], every()) * notes.get("missed").length;
  }

  private void resume(Map<String, float[]> notes, Judged begun) {
    float[] place = notes.get("place");
    repair.resume(
        new Repair.State(
            (int) place[0], notes.get("coefficients"), notes.get("means"), notes.get("squares")));
    worse = (int) place[1];
    best = notes.get("best");
    kept = new Judged(begun.merged(), exact(notes.get("missed")), exact(notes.get("forgotten"))[0]);
    double[] missed = exact(notes.get("judgements"));
    int experts = kept.missed().length;
    for (int from = 0, step = 0; from < missed.length; from += experts) {
      step = Math.min(step + every(), repair.steps());
      judgements.put(step, Arrays.copyOfRange(missed, from, from + experts));
    }
  }

  /** Returns numbers as sums of three float32, which have room for all of their digits. */
  private static float[] exact(double[] numbers) {
    float[] parts = new float[3 * numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      double left = numbers[i];
      for (int k = 0; k < 3; k++) {
        parts[3 * i + k] = (float) left;
        left -= parts[3 * i + k];
      }
    }
    return parts;
  }

  private static double[] exact(float[] parts) {
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < parts.length; i += 3) {
      numbers.add((double) parts[i] + parts[i + 1] + parts[i + 2]);
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
