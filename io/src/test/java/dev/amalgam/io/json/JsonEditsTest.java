package dev.amalgam.io.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEditsTest {

  private static JsonEdits edits(String text) {
    return new JsonEdits(Path.of("x.json"), text);
  }

  private static String edited(String text, String pointer, Consumer<JsonPlace> edit) {
    JsonEdits edits = edits(text);
    edits.visit(
        place -> {
          if (place.pointer().equals(pointer)) {
            edit.accept(place);
          }
        });
    return edits.text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'a' :  1.50 ,'b':2}|/a|{'a' :  new ,'b':2}",
        "{'a':1}|/a|{'a':new}",
        "{'a':'x\\u00e9\\\"', 'b':1e-06}|/a|{'a':new, 'b':1e-06}",
        "{'a':{'b':[1, {'c':2}]}, 'd':3}|/a/b|{'a':{'b':new}, 'd':3}",
        "{'a':{'b':[1, {'c':2}]}, 'd':3}|/a/b/1/c|{'a':{'b':[1, {'c':new}]}, 'd':3}",
        "{'a/b~':{'':null}}|/a~1b~0/|{'a/b~':{'':new}}",
        "[1, [ ], 2]|/1|[1, new, 2]",
        "{'a':NaN}|^^|new",
      })
  void aValueIsReplacedAndNothingElse(String before, String pointer, String after) {
    assertEquals(json(after), edited(json(before), pointer, place -> place.replace("new")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "[1, 2 ]|[1, 2, 8, 9 ]",
        "[1,¶  [2]¶]|[1,¶  [2], 8, 9¶]",
        "['a]' ]|['a]', 8, 9 ]",
        "[ ]|[  8, 9¶]",
      })
  void itemsAreAppendedBehindTheLast(String before, String after) {
    assertEquals(
        json("{'x': " + after + ", 'y': []}"),
        edited(
            json("{'x': " + before + ", 'y': []}"),
            "/x",
            place -> place.append(List.of(" 8", " 9"))));
  }

  @Test
  void appendingNothingChangesNothing() {
    assertEquals("[ 1 ]", edited("[ 1 ]", "", place -> place.append(List.of())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'x': [1, 2, 3]}|{'x': [7, 8]}",
        "{¶    'x': [¶1,2]¶}|{¶    'x': [¶      7,¶      8¶    ]¶}",
        "{'x': null}|{'x': [7, 8]}",
      })
  void aListIsWrittenOverAsManyLinesAsTheValueItReplaces(String before, String after) {
    assertEquals(
        json(after), edited(json(before), "/x", place -> place.replaceByList(List.of("7", "8"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {"{}|{¶  'k\\\"': 5¶}", "{ }|{¶  'k\\\"': 5¶ }", "{ 'a':1}|{¶  'k\\\"': 5, 'a':1}"})
  void aMemberIsInsertedInFrontOfTheOthers(String before, String after) {
    JsonEdits edits = edits(json(before));
    edits.insertMember("k\"", "5");
    assertEquals(json(after), edits.text());
  }

  @Test
  void whatIsInAValueThatWasReadOrSkippedIsNotShown() {
    List<String> shown = new ArrayList<>();
    JsonEdits edits = edits("{\"a\": [1, 2], \"b\": {\"c\": 3}, \"d\": [[4]], \"e\": \"5\"}");
    edits.visit(
        place -> {
          shown.add(place.pointer());
          if (place.key().equals("a")) {
            assertEquals("[1, 2]", place.written());
            assertEquals(2, place.value().get(1).intValue());
          } else if (place.key().equals("b")) {
            place.skip();
          }
        });
    assertEquals(List.of("", "/a", "/b", "/d", "/d/0", "/d/0/0", "/e"), shown);
    assertTrue(edits.isEmpty());
  }

  @Test
  void aValueThatWasSkippedKeepsItsPointer() {
    List<String> pointers = new ArrayList<>();
    edits("[[[1], {\"b\": 2}, 3], {\"c\": {\"d\": [4]}}]")
        .visit(
            place -> {
              if (pointers.size() > 1) {
                place.skip();
              }
              pointers.add(place.pointer());
            });
    assertEquals(List.of("", "/0", "/0/0", "/0/1", "/0/2", "/1"), pointers);
    pointers.clear();
    edits("{\"c\": {\"d\": [4]}, \"e\": {\"f\": 5}}")
        .visit(
            place -> {
              if (place.key().equals("d") || place.key().equals("e")) {
                place.skip();
              }
              pointers.add(place.pointer());
            });
    assertEquals(List.of("", "/c", "/c/d", "/e"), pointers);
  }

  @Test
  void aListTellsWhatItStartsWith() {
    List<String> starts = new ArrayList<>();
    edits("[[], [ [1]], [2], {}, {\"a\": []}, \"[\"]")
        .visit(
            place -> {
              if (place.pointer().length() == 2) {
                starts.add(place.isEmpty() + " " + place.startsWithList());
              }
            });
    assertEquals(
        List.of(
            "true false", "false true", "false false", "true false", "false false", "false false"),
        starts);
  }

  @Test
  void editsAreMadeInTheOrderOfTheTextWhateverTheirOwn() {
    JsonEdits edits = edits("{\"a\": 1, \"b\": 2}");
    edits.visit(
        place -> {
          if (place.isScalar()) {
            place.replace(place.written() + "0");
          }
        });
    edits.insertMember("c", "3");
    assertFalse(edits.isEmpty());
    assertEquals("{\n  \"c\": 3,\"a\": 10, \"b\": 20}", edits.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\": [1, 2}", "{\"a\": \"x", "{\"a\": 1, \"a\": 2}", "{\"a\": tru}"})
  void whatIsNoJsonIsRefusedWithItsPlace(String text) {
    for (Consumer<JsonPlace> visitor :
        List.<Consumer<JsonPlace>>of(place -> {}, JsonPlace::skip, JsonPlace::value)) {
      String message =
          assertThrows(CheckpointException.class, () -> edits(text).visit(visitor)).getMessage();
      assertTrue(message.startsWith("'x.json', line 1, column "), message);
      assertTrue(message.contains(": it is not JSON: "), message);
    }
  }

  private static String json(String written) {
    return written.replace('\'', '"').replace('¶', '\n');
  }
}
