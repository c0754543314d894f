/** The mathematics of Amalgam: tensors, kernels, merge methods, the plan and its execution. */
module dev.amalgam.core {
  // Not everything computes, and a JVM with an incubator module warns of it when it starts.
  requires static jdk.incubator.vector;

  exports dev.amalgam.core;
  exports dev.amalgam.core.adapter to
      dev.amalgam.io;
  exports dev.amalgam.core.block;
  exports dev.amalgam.core.calibration;
  exports dev.amalgam.core.decomposition;
  exports dev.amalgam.core.evidence;
  exports dev.amalgam.core.importance;
  exports dev.amalgam.core.kernel;
  exports dev.amalgam.core.layer;
  exports dev.amalgam.core.model;
  exports dev.amalgam.core.matrix;
  exports dev.amalgam.core.merge;
  exports dev.amalgam.core.name;
  exports dev.amalgam.core.plan;
  exports dev.amalgam.core.quantization to
      dev.amalgam.io;
  exports dev.amalgam.core.recipe;
  exports dev.amalgam.core.repair;
  exports dev.amalgam.core.parallel;
  exports dev.amalgam.core.run;
  exports dev.amalgam.core.sparsify;
  exports dev.amalgam.core.tensor;
  exports dev.amalgam.core.vocabulary;
  exports dev.amalgam.core.weight;

  uses dev.amalgam.core.merge.MergeMethod;
  uses dev.amalgam.core.model.ModelFamily;
}
