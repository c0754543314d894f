package dev.amalgam.io.lora;

import dev.amalgam.core.adapter.LowRankDelta;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.Map;

/**
 * What an adapter does to the tensors of a base.
 *
 * @param deltas what is added, by the name of the base's tensor
 * @param whole the adapter's tensors that stand instead of the base's, or beside them, by the name
 *     in the base; the delta of such a tensor is added to it
 */
record AdapterChanges(Map<String, LowRankDelta> deltas, Map<String, TensorInfo> whole) {}
