package dev.amalgam.bench;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks and prints one line each: nanoseconds an element, gigabytes a second, and
 * that bandwidth as a share of the copy's in {@link CopyBenchmark}; of products GFLOP/s, and those
 * as a share of one core's peak in {@link PeakBenchmark}. The two are always measured too.
 *
 * <p>Arguments are JMH's own: a regular expression picks benchmarks, {@code -p dtype=BF16} a
 * parameter, {@code -f 3} more forks, {@code -v NORMAL} shows every iteration.
 */
public final class Report {

  private static final String COPY = CopyBenchmark.class.getSimpleName();
  private static final String PEAK = PeakBenchmark.class.getSimpleName();

  // Compiling in the foreground: on a busy machine the compiler would still be at work when the
  // measurement starts. The collector is the launcher's. The last is for JMH 1.37 itself, and keeps
  // its warnings out of the table.
  private static final List<String> FORK_ARGUMENTS =
      List.of(
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:+UseSerialGC",
          "-Xbatch",
          "--sun-misc-unsafe-memory-access=allow");

  private Report() {}

  /** Runs what the arguments pick, everything if they pick nothing. */
  public static void main(String[] args) throws RunnerException, CommandLineOptionException {
    System.out.println("Measuring; each benchmark takes about two seconds …");
    print(new Runner(options(new CommandLineOptions(args))).run());
  }

  private static Options options(CommandLineOptions given) {
    var options =
        new OptionsBuilder()
            .parent(given)
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(given.getForkCount().orElse(1))
            .warmupIterations(given.getWarmupIterations().orElse(3))
            .warmupTime(given.getWarmupTime().orElse(TimeValue.milliseconds(200)))
            .measurementIterations(given.getMeasurementIterations().orElse(5))
            .measurementTime(given.getMeasurementTime().orElse(TimeValue.milliseconds(200)))
            .verbosity(given.verbosity().orElse(VerboseMode.SILENT))
            .shouldFailOnError(true)
            .jvmArgsAppend(
                Stream.concat(
                        given.getJvmArgsAppend().orElse(List.of()).stream(),
                        FORK_ARGUMENTS.stream())
                    .toArray(String[]::new));
    if (given.getIncludes().isEmpty()) {
      return options.include(".*").build();
    }
    given.getIncludes().forEach(options::include);
    return options.include(COPY).include(PEAK).build();
  }

  private static void print(Collection<RunResult> results) {
    double copy = speed(results, COPY, "bytes");
    double peak = speed(results, PEAK, "flops");
    System.out.printf(
        Locale.ROOT,
        "%-48s %11s %9s %8s %8s %8s %8s%n",
        "benchmark",
        "ns/element",
        "±",
        "GB/s",
        "of copy",
        "GFLOP/s",
        "of peak");
    for (RunResult result : results) {
      Result<?> time = result.getPrimaryResult();
      System.out.printf(
          Locale.ROOT, "%-48s %11.3f %9.3f", name(result), time.getScore(), time.getScoreError());
      double bandwidth = perNanosecond(result, "bytes");
      if (!Double.isNaN(bandwidth)) {
        System.out.printf(Locale.ROOT, " %8.1f %7.0f%%", bandwidth, 100 * bandwidth / copy);
      }
      double flops = perNanosecond(result, "flops");
      if (!Double.isNaN(flops)) {
        System.out.printf(Locale.ROOT, "%18s %8.1f %7.0f%%", "", flops, 100 * flops / peak);
      }
      System.out.println();
    }
  }

  private static String name(RunResult result) {
    var params = result.getParams();
    String method = params.getBenchmark();
    String values =
        params.getParamsKeys().stream().map(params::getParam).collect(Collectors.joining(" "));
    return (method.substring(method.lastIndexOf('.', method.lastIndexOf('.') - 1) + 1)
            + " "
            + values)
        .strip();
  }

  private static double speed(Collection<RunResult> results, String benchmark, String counter) {
    return results.stream()
        .filter(r -> name(r).startsWith(benchmark))
        .mapToDouble(r -> perNanosecond(r, counter))
        .findFirst()
        .orElse(Double.NaN);
  }

  // Nanoseconds a byte, turned over, are gigabytes a second.
  private static double perNanosecond(RunResult result, String counter) {
    Result<?> each = result.getSecondaryResults().get(counter);
    return each == null ? Double.NaN : 1 / each.getScore();
  }
}
