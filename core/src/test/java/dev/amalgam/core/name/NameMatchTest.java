package dev.amalgam.core.name;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameMatchTest {

  private static final List<String> TEXT =
      List.of("model.embed_tokens.weight", "model.layers.0.q.weight", "model.layers.1.q.weight");

  private static MemoryCheckpoint model(List<String> tensors) {
    MemoryCheckpoint model = new MemoryCheckpoint("model");
    tensors.forEach(tensor -> model.with(tensor, DType.F32, Shape.of(1), tensors.indexOf(tensor)));
    return model;
  }

  private static List<String> with(List<String> tensors, String... more) {
    List<String> all = new ArrayList<>(tensors);
    all.addAll(List.of(more));
    return all;
  }

  private static List<String> replaced(List<String> tensors, String regex, String by) {
    return tensors.stream().map(tensor -> tensor.replaceFirst(regex, by)).toList();
  }

  /** Asserts that a model's tensors are called so, and hold what they held. */
  private static void assertMatch(List<String> template, List<String> model, List<String> called) {
    Checkpoint view = NameMatch.find(model(template), model(model)).orElseThrow();
    assertEquals(called, view.tensors().stream().map(TensorInfo::name).toList());
  }

  private static void assertNone(List<String> template, List<String> model) {
    assertTrue(NameMatch.find(model(template), model(model)).isEmpty());
  }

  @Test
  void wrappersAreTakenOffWhicheverModelHasThem() {
    List<String> wrapped = replaced(TEXT, "^", "_orig_mod.module.");
    assertMatch(TEXT, wrapped, TEXT);
    assertMatch(wrapped, TEXT, wrapped);
    List<String> sharded = replaced(TEXT, "(layers\\.\\d\\.)", "$1_fsdp_wrapped_module.");
    assertMatch(TEXT, sharded, TEXT);
    assertMatch(
        replaced(TEXT, "^", "base_model.model."),
        sharded,
        replaced(TEXT, "^", "base_model.model."));
  }

  @Test
  void theTextModelInsideAnotherMeetsTheTextModel() {
    List<String> inside = replaced(TEXT, "^model\\.", "model.language_model.");
    List<String> vision = with(inside, "model.visual.blocks.0.qkv.weight");
    assertMatch(vision, TEXT, inside);
    assertMatch(TEXT, vision, with(TEXT, "visual.blocks.0.qkv.weight"));
    List<String> whole = replaced(TEXT, "^", "language_model.");
    assertMatch(with(whole, "vision_tower.layers.0.qkv.weight"), TEXT, whole);
  }

  @Test
  void oldAndNewNamesOfAModelOfTwoModalitiesMeet() {
    List<String> old = with(TEXT, "visual.blocks.0.qkv.weight");
    List<String> now =
        with(
            replaced(TEXT, "^model\\.", "model.language_model."),
            "model.visual.blocks.0.qkv.weight");
    assertMatch(old, now, old);
    assertMatch(now, old, now);
  }

  @Test
  void thePrefixOfAModelWithAHeadMayBeThereOrNot() {
    List<String> bare = replaced(TEXT, "^model\\.", "");
    assertMatch(with(TEXT, "lm_head.weight"), bare, TEXT);
    assertMatch(bare, with(TEXT, "lm_head.weight"), with(bare, "lm_head.weight"));
  }

  @Test
  void prefixesOfTwoFamiliesDoNotMeet() {
    List<String> bert = List.of("bert.encoder.layer.0.output.dense.weight");
    assertNone(bert, replaced(bert, "^bert", "roberta"));
  }

  @Test
  void normsMeetBySpellingAlone() {
    List<String> old =
        List.of("bert.encoder.layer.0.LayerNorm.gamma", "bert.encoder.layer.0.LayerNorm.beta");
    List<String> now =
        List.of("bert.encoder.layer.0.LayerNorm.weight", "bert.encoder.layer.0.LayerNorm.bias");
    assertMatch(old, with(now, "classifier.weight"), with(old, "classifier.weight"));
    assertMatch(
        now, with(old, "cls.seq_relationship.weight"), with(now, "cls.seq_relationship.weight"));
    List<String> scaled = List.of("stages.0.layer_scale.gamma");
    assertNone(scaled, List.of("stages.0.layer_scale.weight"));
  }

  @Test
  void namesThatMeetAlreadyStayAsTheyAre() {
    assertNone(TEXT, TEXT);
    assertNone(TEXT, with(TEXT, "module.head.weight"));
    assertNone(TEXT, TEXT.subList(0, 2));
    assertNone(TEXT, with(TEXT, "model.layers.2.q.weight"));
  }

  @Test
  void buffersNeedNotMeet() {
    List<String> wrapped = replaced(TEXT, "^", "module.");
    assertMatch(
        with(TEXT, "model.layers.0.rotary_emb.inv_freq"),
        with(wrapped, "module.layers.0.masked_bias"),
        with(TEXT, "layers.0.masked_bias"));
  }

  @Test
  void whatNoRenamingMakesMeetStaysAsItIs() {
    assertNone(TEXT, List.of("transformer.h.0.attn.weight", "transformer.h.1.attn.weight"));
    assertNone(TEXT, List.of());
    assertNone(List.of(), TEXT);
  }

  @Test
  void twoTensorsNeverGetOneName() {
    assertNone(
        List.of("layers.0.norm.gamma", "layers.0.q"),
        List.of("module.layers.0.norm.gamma", "module.layers.0.q", "layers.0.norm.gamma"));
  }

  @Test
  void aViewReadsWhatItsTensorsHold() {
    Checkpoint view =
        NameMatch.find(model(TEXT), model(replaced(TEXT, "^", "module."))).orElseThrow();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Float.BYTES);
      view.read("model.layers.1.q.weight", 0, bytes);
      assertEquals(2, bytes.get(ValueLayout.JAVA_FLOAT, 0));
    }
  }
}
