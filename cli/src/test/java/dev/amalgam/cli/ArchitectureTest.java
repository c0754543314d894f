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
import dev.amalgam.io.job.MergeJob;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the rules of who may stand on whom. */
class ArchitectureTest {

  private static final String CORE = "dev.amalgam.core";
  private static final String IO = "dev.amalgam.io";
  private static final String CLI = "dev.amalgam.cli";

  /** The packages of core in the order in which they stand on one another, the lowest first. */
  private static final List<String> CORE_ORDER =
      List.of(
          "tensor",
          "parallel",
          "kernel",
          "weight",
          "matrix",
          "decomposition",
          "layer",
          "model",
          "vocabulary",
          "importance",
          "calibration",
          "recipe",
          "merge",
          "plan",
          "run");

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importUrls(
              Stream.of(AmalgamException.class, MergeJob.class, Main.class)
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
    for (int i = 0; i < CORE_ORDER.size() - 1; i++) {
      noClasses()
          .that()
          .resideInAPackage(CORE + "." + CORE_ORDER.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              CORE_ORDER.stream()
                  .skip(i + 1)
                  .map(p -> CORE + "." + p + "..")
                  .toArray(String[]::new))
          .because("packages of core stand on one another in the order " + CORE_ORDER)
          .check(CODE);
    }
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
  void everyPackageOfCoreHasItsPlaceInTheOrder() {
    assertEquals(
        new TreeSet<>(CORE_ORDER),
        CODE.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(CORE + "."))
            .map(name -> name.substring(CORE.length() + 1).split("\\.")[0])
            .collect(Collectors.toCollection(TreeSet::new)),
        "a package of core is missing from CORE_ORDER, or is there no more");
  }

  @Test
  void ioKnowsNoCommandLine() {
    noClasses()
        .that()
        .resideInAPackage(IO + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CLI + "..", "picocli..", "me.tongfei..")
        .because("io is a library too; options, messages and bars are the business of cli")
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
  void jobsAreOnTopOfIo() {
    noClasses()
        .that()
        .resideInAPackage(IO + "..")
        .and()
        .resideOutsideOfPackage(IO + ".job")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(IO + ".job")
        .because("a job is a whole run and uses the rest of io, not the other way round")
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
        .resideInAnyPackage(CORE + "..", IO + "..")
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
