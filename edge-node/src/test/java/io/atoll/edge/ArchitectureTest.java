package io.atoll.edge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the layout promises: who may know whom. */
@AnalyzeClasses(
    packages = {"io.atoll.edge", "io.atoll.config"},
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule ONLY_CLUSTER_KNOWS_HAZELCAST =
      noClasses()
          .that()
          .resideInAPackage("io.atoll.edge..")
          .and()
          .resideOutsideOfPackage("io.atoll.edge.cluster..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.hazelcast..");

  @ArchTest
  static final ArchRule ONLY_TELEMETRY_KNOWS_MICROMETER =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.atoll.edge.telemetry..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.micrometer..");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_KNOWS_PICOCLI =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.atoll.edge.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule CONFIGURATION_KNOWS_NOTHING_OF_THE_NODE =
      noClasses()
          .that()
          .resideInAPackage("io.atoll.config..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.atoll.edge..");

  @ArchTest
  static final ArchRule TELEMETRY_KNOWS_NO_FEATURE =
      noClasses()
          .that()
          .resideInAPackage("io.atoll.edge.telemetry..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.atoll.edge",
              "io.atoll.edge.exchange..",
              "io.atoll.edge.cache..",
              "io.atoll.edge.health..",
              "io.atoll.edge.ratelimit..",
              "io.atoll.edge.session..",
              "io.atoll.edge.upstream..");

  @ArchTest
  static final ArchRule PURE_CORES_KNOW_NO_VERTX =
      noClasses()
          .that()
          .haveNameMatching(
              "io\\.atoll\\.edge\\.(ratelimit\\.Gcra|cache\\.(CacheControl|PurgeIndex)"
                  + "|health\\.(Majority|Observers|Streak)|balance\\..*|guard\\.PathForm|route\\..*)")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "io.netty..");

  @ArchTest
  static final ArchRule NO_PACKAGE_CYCLES =
      slices().matching("io.atoll.edge.(*)..").should().beFreeOfCycles();
}
