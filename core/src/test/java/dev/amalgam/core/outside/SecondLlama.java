package dev.amalgam.core.outside;

import dev.amalgam.core.model.LlamaParts;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelFamily;
import dev.amalgam.core.model.ModelSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A family that says it is Llama, which there is already. */
public final class SecondLlama implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("llama");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    throw new AssertionError("which of the two is meant is not known");
  }
}
