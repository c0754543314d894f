package dev.amalgam.core.merge;

/** Parameters that recipes of mergekit may set, and that change nothing here. */
final class MergekitParameters {

  static final Parameter<Boolean> INT8_MASK =
      Parameter.flag("int8_mask", false, "accepted for mergekit's sake; changes nothing");

  private MergekitParameters() {}
}
