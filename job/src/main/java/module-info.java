/** Whole runs from files to files, with progress as events. */
module dev.amalgam.job {
  requires transitive dev.amalgam.core;
  requires transitive dev.amalgam.io;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires commons.math3;

  exports dev.amalgam.job;
  exports dev.amalgam.job.api;
}
