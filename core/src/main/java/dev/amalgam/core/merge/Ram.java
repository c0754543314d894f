package dev.amalgam.core.merge;

import java.util.List;

/**
 * RAM: an entry that only one expert moved (by more than {@code epsilon}) takes that expert's delta
 * whole, one that several moved takes the mean of their deltas, and one that none moved stays the
 * base's.
 *
 * <p>For experts whose deltas are sparse and overlap little: a plain mean would thin out what only
 * one of them has learned.
 */
final class Ram implements MergeMethod {

  @Override
  public String name() {
    return "ram";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(RamMerge.EPSILON);
  }

  @Override
  public void checkExperts(int experts) {
    RamMerge.checkExperts(this, experts);
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return new RamMerge(task);
  }
}
