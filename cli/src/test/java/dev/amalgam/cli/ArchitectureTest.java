package dev.amalgam.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import dev.amalgam.core.AmalgamException;
import dev.amalgam.io.recipe.RecipeFile;
import dev.amalgam.job.MergeJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the rules of who may stand on whom. */
class ArchitectureTest {

  private static final String CORE = "dev.amalgam.core";
  private static final String IO = "dev.amalgam.io";
  private static final String JOB = "dev.amalgam.job";
  private static final String CLI = "dev.amalgam.cli";

  /** The packages of core in the order in which they stand on one another, the lowest first. */
  private static final List<String> CORE_ORDER =
      List.of(
          "tensor",
          "name",
          "parallel",
          "kernel",
          "weight",
          "quantization",
          "matrix",
          "adapter",
          "decomposition",
          "layer",
          "model",
          "vocabulary",
          "importance",
          "evidence",
          "recipe",
          "block",
          "sparsify",
          "calibration",
          "repair",
          "merge",
          "plan",
          "run");

  /** The packages of job, likewise. */
  private static final List<String> JOB_ORDER =
      List.of("api", "model", "vocabulary", "output", "stage", "evidence", "extract", "report");

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importUrls(
              Stream.of(AmalgamException.class, RecipeFile.class, MergeJob.class, Main.class)
                  .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                  .toList());

  @Test
  void coreIsMathematicsOnly() {
    classes()
        .that()
        .resideInAPackage(CORE + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            CORE + "..",
            "java.lang..",
            "java.util..",
            "java.math",
            "java.nio",
            "java.nio.charset",
            // A digest makes the key of random draws.
            "java.security",
            "jdk.incubator.vector")
        .because("core opens no file, prints nothing, and knows no other module and no library")
        .check(CODE);
  }

  @Test
  void noPackageOfCoreStandsOnOneAboveIt() {
    checkOrder(CORE, CORE_ORDER);
    noClasses()
        .that()
        .resideInAPackage(CORE)
        .should()
        .dependOnClassesThat(
            resideInAPackage(CORE + "..").and(DescribedPredicate.not(resideInAPackage(CORE))))
        .because("every package of core stands on its root")
        .check(CODE);
  }

  @Test
  void noRoomOfJobStandsOnOneAboveIt() {
    checkOrder(JOB, JOB_ORDER);
    noClasses()
        .that(resideInAPackage(JOB + "..").and(DescribedPredicate.not(resideInAPackage(JOB))))
        .should()
        .dependOnClassesThat(resideInAPackage(JOB))
        .because("whole jobs stand on the rooms of job, not the other way round")
        .check(CODE);
  }

  private static void checkOrder(String root, List<String> order) {
    for (int i = 0; i < order.size() - 1; i++) {
      noClasses()
          .that()
          .resideInAPackage(root + "." + order.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              order.stream().skip(i + 1).map(p -> root + "." + p + "..").toArray(String[]::new))
          .because("packages of " + root + " stand on one another in the order " + order)
          .check(CODE);
    }
    assertEquals(
        new TreeSet<>(order),
        CODE.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(root + "."))
            .map(name -> name.substring(root.length() + 1).split("\\.")[0])
            .collect(Collectors.toCollection(TreeSet::new)),
        "a package of " + root + " is missing from the order, or is there no more");
  }

  @Test
  void librariesKnowNoCommandLine() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE + "..", IO + "..", JOB + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CLI + "..", "picocli..", "me.tongfei..")
        .because("job is a library too; options, messages and bars are the business of cli")
        .check(CODE);
  }

  @Test
  void packagesOfIoHaveNoCycles() {
    slices()
        .matching(IO + ".(*)..")
        .should()
        .beFreeOfCycles()
        .because("a reader should be able to take the packages of io one at a time")
        .check(CODE);
  }

  @Test
  void ioIsFormatsOnly() {
    noClasses()
        .that()
        .resideInAPackage(IO + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            CORE + ".kernel..",
            CORE + ".matrix..",
            CORE + ".decomposition..",
            CORE + ".calibration..",
            CORE + ".plan..",
            CORE + ".run..",
            JOB + "..")
        .because("io reads and writes formats; whole runs are the business of job")
        .check(CODE);
  }

  @Test
  void aMethodIsKnownByNameInItsOwnClassAlone() throws IOException {
    List<String> places = new ArrayList<>();
    for (String module : List.of("core", "io", "job", "cli")) {
      try (Stream<Path> sources = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
          if (Files.readString(source).contains("\"apl\"")) {
            places.add(source.getFileName().toString());
          }
        }
      }
    }
    assertEquals(List.of("Apl.java"), places, "what a method needs, it declares itself");
  }

  @Test
  void onlyOnePackageMakesParsersOfJson() {
    noClasses()
        .that()
        .resideOutsideOfPackage(IO + ".json")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "com\\.fasterxml\\.jackson\\..*(Builder|Codec|Factory|Mapper|Reader|Writer)")
        .because("limits, strictness and messages are the same for all JSON that is read")
        .check(CODE);
  }

  @Test
  void theCommandLineDoesNoArithmeticOnTensors() {
    noClasses()
        .that()
        .resideInAPackage(CLI)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            CORE + ".kernel..", CORE + ".merge..", "java.lang.foreign", "jdk.incubator..")
        .because("cli turns options into jobs and events into text; arithmetic is core's")
        .check(CODE);
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE + "..", IO + "..", JOB + "..")
        .should(ACCESS_STANDARD_STREAMS)
        .because("libraries throw and report events; only cli writes to the terminal")
        .check(CODE);
  }

  @Test
  void nothingInheritsForReuse() {
    classes()
        .that(areNamedClasses())
        .and()
        .areNotAssignableTo(Throwable.class)
        .should()
        .haveModifier(JavaModifier.FINAL)
        .because("a class is final, or is a record, enum, interface or exception: use a field")
        .check(CODE);
    classes()
        .that(areNamedClasses())
        .and()
        .areNotAssignableTo(Throwable.class)
        .should(
            be(
                DescribedPredicate.describe(
                    "direct children of Object",
                    type ->
                        type.getRawSuperclass()
                            .map(parent -> parent.isEquivalentTo(Object.class))
                            .orElse(true))))
        .because("code is shared by fields and calls, not by inheritance")
        .check(CODE);
  }

  private static DescribedPredicate<JavaClass> areNamedClasses() {
    return DescribedPredicate.describe(
        "are classes with a name",
        type ->
            !type.isInterface()
                && !type.isEnum()
                && !type.isRecord()
                && !type.isAnonymousClass()
                && !type.getSimpleName().endsWith("-info"));
  }
}
