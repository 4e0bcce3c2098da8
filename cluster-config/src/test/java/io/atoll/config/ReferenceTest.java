package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReferenceTest {
  private static final Path DOCUMENT =
      Path.of("../docs/configuration.md").toAbsolutePath().normalize();
  private static final String MARK = "<!-- From here on made from the records. -->\n";

  @Test
  void theReferenceIsTheOneMadeFromTheRecords() throws IOException {
    String document = Files.readString(DOCUMENT);
    int end = document.indexOf(MARK);
    assertThat(end).as("the mark").isPositive();
    Generated.check(DOCUMENT, document.substring(0, end) + MARK + ReferenceWriter.reference());
  }
}
