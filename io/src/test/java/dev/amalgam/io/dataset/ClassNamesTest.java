package dev.amalgam.io.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.model.ModelConfig;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClassNamesTest {

  private static ClassNames of(int count, Map<String, ?> config) {
    return ClassNames.of(new ModelConfig("config.json", config), count);
  }

  @Test
  void namesComeFromEitherTable() {
    ClassNames names =
        of(
            2,
            Map.of(
                "id2label", Map.of("0", "no", "1", "yes"), "label2id", Map.of("no", 0L, "ja", 1L)));
    assertEquals(OptionalInt.of(0), names.index("no"));
    assertEquals(OptionalInt.of(1), names.index("yes"));
    assertEquals(OptionalInt.of(1), names.index("ja"));
    assertEquals(OptionalInt.empty(), names.index("nein"));
    assertEquals(2, names.count());
  }

  @Test
  void withoutTablesTheNamesAreThoseOfTransformers() {
    ClassNames names = of(2, Map.of());
    assertEquals(OptionalInt.of(1), names.index("LABEL_1"));
    assertEquals(OptionalInt.empty(), names.index("LABEL_2"));
  }

  @Test
  void aNameOfTwoClassesIsRefused() {
    assertEquals(
        "config.json: label2id: 'no' stands for class 0 and for class 1; correct the file",
        assertThrows(
                ModelException.class,
                () ->
                    of(
                        2,
                        Map.of(
                            "id2label",
                            Map.of("0", "no", "1", "yes"),
                            "label2id",
                            Map.of("no", 1L))))
            .getMessage());
  }

  @Test
  void aClassThatDoesNotExistIsRefused() {
    assertEquals(
        "config.json: id2label: 'yes' stands for a class that is none of 0 to 1; correct the file",
        assertThrows(ModelException.class, () -> of(2, Map.of("id2label", Map.of("2", "yes"))))
            .getMessage());
    assertThrows(ModelException.class, () -> of(2, Map.of("id2label", Map.of("x", "yes"))));
  }

  @Test
  void ofManyNamesTheFirstAreListed() {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i < 30; i++) {
      many.put(Integer.toString(i), "name" + (char) ('A' + i));
    }
    ClassNames names = of(30, Map.of("id2label", many));
    assertEquals("did you mean 'nameB'?", names.advice("name?B"));
    String advice = names.advice("something else");
    assertEquals("known are: nameA, nameB, ", advice.substring(0, 25));
    assertEquals(
        " and 10 more, which id2label in config.json lists",
        advice.substring(advice.indexOf(" and ")));
  }
}
