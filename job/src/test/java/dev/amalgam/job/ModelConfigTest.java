package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.job.output.RetypedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'dtype':'float32'}|{'dtype':'float16'}",
        "{'torch_dtype' : 'x', 'b':1}|{'torch_dtype' : 'float16', 'b':1}",
        "{'torch_dtype':null}|{'torch_dtype':'float16'}",
        "{'dtype':'a','torch_dtype':'b'}|{'dtype':'float16','torch_dtype':'float16'}",
        "{'v':{'dtype':'a\\u0062'},'dtype':'c'}|{'v':{'dtype':'float16'},'dtype':'float16'}",
        "{'a':['dtype','x',[1]],'dtype':'c'}|{'a':['dtype','x',[1]],'dtype':'float16'}",
        "{}|{¶  'torch_dtype': 'float16'¶}",
        "{'a':1e-06}|{¶  'torch_dtype': 'float16','a':1e-06}",
        "{'v':{'dtype':'a'}}|{¶  'torch_dtype': 'float16','v':{'dtype':'float16'}}",
      })
  void theElementTypeIsReplacedWhereverItStands(String before, String after) throws IOException {
    assertEquals(json(after), edited(json(before)));
    assertEquals(json(before), read(json(before)).text());
  }

  @Test
  void aLongConfigIsEditedInTheRightPlace() throws IOException {
    // Longer than any buffer of the parser, with characters of every width.
    String filler = "\"é😀\": [" + "1e-08, ".repeat(30_000) + "NaN],\n";
    assertEquals(
        "{" + filler + "\"dtype\": \"float16\"}",
        edited("{" + filler + "\"dtype\": \"bfloat16\"}"));
  }

  private String edited(String text) throws IOException {
    return RetypedConfig.of(read(text), DType.F16);
  }

  private ConfigFile read(String text) throws IOException {
    return ConfigFile.read(Files.writeString(folder.resolve("config.json"), text));
  }

  private static String json(String written) {
    return written.replace('\'', '"').replace('¶', '\n');
  }
}
