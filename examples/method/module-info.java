/** A merge method for Amalgam. */
module median {
  requires dev.amalgam.core;

  provides dev.amalgam.core.merge.MergeMethod with
      median.Median;
}
