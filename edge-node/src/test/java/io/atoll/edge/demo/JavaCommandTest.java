package io.atoll.edge.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JavaCommandTest {
  @Test
  void aChildInheritsFlagsButNeitherHeapNorAgents() {
    assertThat(
            JavaCommand.inherited(
                List.of(
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "-Xmx2g",
                    "-Xms1g",
                    "-XX:+UseG1GC",
                    "-XX:MaxRAMPercentage=70",
                    "-javaagent:jacoco.jar",
                    "-agentlib:jdwp=transport=dt_socket",
                    "-XX:AOTCacheOutput=app.aot",
                    "-Dio.netty.leakDetection.level=paranoid")))
        .containsExactly(
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-XX:+UseG1GC",
            "-Dio.netty.leakDetection.level=paranoid");
  }

  @Test
  void itRunsTheSameJavaWithAHeapOfItsOwn() {
    List<String> command = JavaCommand.of(List.of("-Xmx64m"), List.of("origin", "--name", "a"));

    assertThat(command.getFirst()).isEqualTo(System.getProperty("java.home") + "/bin/java");
    assertThat(command).contains("-Xmx64m").doesNotContain("-Xmx1g");
    assertThat(command).endsWith("io.atoll.edge.cli.Tethered", "origin", "--name", "a");
  }
}
