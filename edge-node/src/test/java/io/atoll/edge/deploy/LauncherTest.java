package io.atoll.edge.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code atoll} in a checkout of its own, with a JDK and a Maven that only write down
 * that they were called.
 */
class LauncherTest {
  private static final String JAVA =
      """
      #!/usr/bin/env bash
      for flag; do
        case $flag in
          -XX:AOTCacheOutput=*) [ "$REHEARSAL" = fails ] || echo learned >"${flag#*=}" ;;
          -XX:AOTCache=*) echo "with ${flag##*/}" >>"$CALLS" ;;
        esac
      done
      case "$*" in *rehearse*) echo rehearsed ;; *) echo "ran ${*: -1}" ;; esac >>"$CALLS"
      case "$*" in *rehearse*) if [ "$REHEARSAL" = hangs ]; then sleep 60; fi ;; esac
      """;

  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      echo "build begins" >>"$CALLS"
      sleep 0.3
      mkdir -p edge-node/target
      [ -f edge-node/target/atoll.jar ] || echo jar >edge-node/target/atoll.jar
      echo "build ends" >>"$CALLS"
      """;

  @TempDir private Path home;

  @BeforeEach
  void checkout() throws IOException {
    Files.copy(Checkout.file("atoll"), home.resolve("atoll"));
    write(".mvn/jdk25.sh", Files.readString(Checkout.file(".mvn/jdk25.sh")));
    write("pom.xml", "");
    write("cluster-config/pom.xml", "");
    write("cluster-config/src/main/Source", "");
    write("edge-node/pom.xml", "");
    write("edge-node/src/main/Source", "");
    write("calls", "");
    script("mvnw", MAVEN);
    jdk("jdk", "25.0.1+8");
  }

  @Test
  void aNodeIsBuiltOnceAndRehearsedOnce() throws Exception {
    assertThat(atoll("run", "works", "jdk")).isZero();
    assertThat(calls())
        .containsExactly(
            "build begins", "build ends", "rehearsed", "with atoll-25.0.1+8.aot", "ran run");

    write("calls", "");
    assertThat(atoll("run", "works", "jdk")).isZero();
    assertThat(calls()).containsExactly("with atoll-25.0.1+8.aot", "ran run");
  }

  @Test
  void whatIsNoNodeNeedsNoRehearsal() throws Exception {
    assertThat(atoll("validate", "works", "jdk")).isZero();
    assertThat(calls()).containsExactly("build begins", "build ends", "ran validate");
    write("calls", "");
    assertThat(wait(start("works", "jdk", "run", "--help"))).isZero();
    assertThat(calls()).containsExactly("ran --help");
  }

  @Test
  void aRehearsalThatTeachesNothingIsNotRepeated() throws Exception {
    assertThat(atoll("demo", "fails", "jdk")).isZero();
    assertThat(calls()).containsExactly("build begins", "build ends", "rehearsed", "ran demo");
    write("calls", "");
    assertThat(atoll("demo", "fails", "jdk")).isZero();
    assertThat(calls()).containsExactly("ran demo");
  }

  @Test
  void whatAnotherJdkLearnedIsNotUsed() throws Exception {
    jdk("other", "25.0.2+1");
    atoll("run", "works", "jdk");
    write("calls", "");

    assertThat(atoll("run", "works", "other")).isZero();

    assertThat(calls()).containsExactly("rehearsed", "with atoll-25.0.2+1.aot", "ran run");
  }

  @Test
  void aBuildThatLeavesTheJarAloneIsNotRepeated() throws Exception {
    atoll("validate", "works", "jdk");
    Path jar = home.resolve("edge-node/target/atoll.jar");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));
    write("calls", "");

    atoll("validate", "works", "jdk");
    atoll("validate", "works", "jdk");

    assertThat(calls())
        .containsExactly("build begins", "build ends", "ran validate", "ran validate");
  }

  @Test
  void twoAtOnceBuildOneAfterTheOther() throws Exception {
    Process one = start("works", "jdk", "validate");
    Process other = start("works", "jdk", "validate");

    assertThat(wait(one)).isZero();
    assertThat(wait(other)).isZero();

    assertThat(calls()).filteredOn(call -> call.startsWith("build")).hasSize(2);
  }

  @Test
  void aRehearsalThatIsStoppedLeavesNothingBehindAndStartsNothing() throws Exception {
    Process process = start("hangs", "jdk", "run");
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!calls().contains("rehearsed") && System.nanoTime() < patience) {
      Thread.onSpinWait();
    }
    // As Ctrl-C does, to all of them: the child first, so that the script takes its end for a
    // failed rehearsal if it does not know better.
    process.toHandle().destroy();
    process.descendants().forEach(ProcessHandle::destroy);

    assertThat(wait(process)).isNotZero();
    assertThat(calls()).doesNotContain("ran run");
    try (Stream<Path> files = Files.list(home.resolve("edge-node/target"))) {
      assertThat(files).noneMatch(file -> file.toString().contains(".aot.1"));
    }
  }

  private int atoll(String command, String rehearsal, String jdk) throws Exception {
    return wait(start(rehearsal, jdk, command));
  }

  private Process start(String rehearsal, String jdk, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", home.resolve("atoll").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(home.resolve("output").toFile());
    builder.environment().put("JAVA_HOME", home.resolve(jdk).toString());
    builder.environment().put("CALLS", home.resolve("calls").toString());
    builder.environment().put("REHEARSAL", rehearsal);
    return builder.start();
  }

  private int wait(Process process) throws Exception {
    assertThat(process.waitFor(30, TimeUnit.SECONDS))
        .as(() -> read(home.resolve("output")))
        .isTrue();
    return process.exitValue();
  }

  private List<String> calls() {
    return read(home.resolve("calls")).lines().toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void jdk(String name, String version) throws IOException {
    write(name + "/release", "JAVA_RUNTIME_VERSION=\"" + version + "\"\n");
    script(name + "/bin/java", JAVA);
    script(name + "/bin/javac", "#!/bin/sh\necho javac 25\n");
  }

  private void script(String path, String content) throws IOException {
    write(path, content);
    assertThat(home.resolve(path).toFile().setExecutable(true)).isTrue();
  }

  private void write(String path, String content) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
