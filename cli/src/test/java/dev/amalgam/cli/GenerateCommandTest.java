package dev.amalgam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerateCommandTest {

  private static final Path MODEL = Path.of("../examples/tiny-llama/base");

  private static String generate(Object... options) {
    Object[] arguments = new Object[options.length + 3];
    System.arraycopy(new Object[] {"generate", MODEL, "--quiet"}, 0, arguments, 0, 3);
    System.arraycopy(options, 0, arguments, 3, options.length);
    Cli cli = Cli.run(arguments);
    assertEquals(0, cli.exitCode(), cli.err());
    return cli.out();
  }

  @Test
  void theTextIsPrintedAndTheNumbersAreBesideIt() {
    Cli cli =
        Cli.run("generate", MODEL, "--prompt", "Q: There are 3 apples and", "--max-tokens", 8);
    assertEquals(0, cli.exitCode());
    assertEquals(" 3 apples. There are\n", cli.out());
    assertTrue(
        cli.err()
            .matches(
                "(amalgam: warning: the Vector API is missing .*\n)?8 tokens behind a prompt of 11"
                    + " in \\d+\\.\\d s, \\d+\\.\\d tokens/s; end: --max-tokens\n"),
        cli.err());
  }

  @Test
  void aPromptFromStandardInput() {
    InputStream before = System.in;
    System.setIn(
        new ByteArrayInputStream("Q: There are 3 apples and".getBytes(StandardCharsets.UTF_8)));
    try {
      assertEquals(" 3 apples. There are\n", generate("--prompt", "-", "--max-tokens", 8));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void theSeedMattersAtATemperature() {
    String prompt = "ROMEO:";
    String first = generate("--prompt", prompt, "--max-tokens", 20, "--temperature", 1);
    assertEquals(
        first, generate("--prompt", prompt, "--max-tokens", 20, "--temperature", 1, "--seed", 42));
    assertNotEquals(
        first, generate("--prompt", prompt, "--max-tokens", 20, "--temperature", 1, "--seed", 1));
  }

  @ParameterizedTest
  @CsvSource({
    "--max-tokens=0, --max-tokens is 0; it takes 1 or more",
    "--temperature=-1, --temperature is -1.0; it takes 0 or more",
    "--temperature=NaN, --temperature is NaN; it takes 0 or more",
    "--temperature=Infinity, --temperature is Infinity; it takes 0 or more",
  })
  void wrongOptions(String option, String problem) {
    assertEquals(
        new Cli(2, "", "amalgam: " + problem + "\nHelp: amalgam generate --help\n"),
        Cli.run("generate", "a", "--prompt", "b", option));
  }

  @Test
  void anEmptyPromptThatGivesNoTokenIsNoProblemWhereTextsBeginWithOne() {
    assertTrue(generate("--prompt", "", "--max-tokens", 3).length() > 1);
  }

  @Test
  void aFolderThatIsNoModelIsAnError() {
    Cli cli = Cli.run("generate", "nowhere", "--prompt", "a");
    assertEquals(1, cli.exitCode());
    assertEquals(1, cli.err().lines().count(), cli.err());
  }
}
