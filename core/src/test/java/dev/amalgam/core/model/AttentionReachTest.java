package dev.amalgam.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.model.AttentionForm.Reach;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttentionReachTest {

  private final Map<String, Object> config = new HashMap<>();

  private Reach of(int layer) {
    return AttentionReach.read(new ModelConfig("config.json", config)).apply(layer);
  }

  private Reach switched(int layer) {
    return AttentionReach.readSwitched(new ModelConfig("config.json", config), 28).apply(layer);
  }

  @Test
  void aWindowThatIsNotMentionedIsTheOneThatTransformersAssumes() {
    assertEquals(new Reach.Window(4096), of(0));
    config.put("use_sliding_window", true);
    assertEquals(new Reach.Past(), switched(27));
    assertEquals(new Reach.Window(4096), switched(28));
  }

  @Test
  void aWindowThatIsNullIsNone() {
    config.put("sliding_window", null);
    config.put("use_sliding_window", true);
    assertEquals(new Reach.Past(), of(0));
    assertEquals(new Reach.Past(), switched(28));
  }

  @Test
  void windowsFromTheFirstLayerOnAreThoseOfAllLayers() {
    config.put("sliding_window", 7L);
    config.put("use_sliding_window", true);
    config.put("max_window_layers", 0L);
    assertEquals(new Reach.Window(7), switched(0));
  }
}
