package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageFileTest {
  @TempDir private Path folder;

  private PageFile read(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
    return PageFile.at(Path.of(name)).in(folder);
  }

  @ParameterizedTest
  @CsvSource({
    "a.html, text/html",
    "a.HTM,  text/html",
    "a.txt,  text/plain",
    "a.json, application/json",
    "a.xml,  application/xml"
  })
  void theEndingSaysTheMediaType(String name, String type) throws IOException {
    assertThat(read(name, new byte[0]).mediaType()).isEqualTo(type);
  }

  @Test
  void itIsReadAsUtf8() throws IOException {
    assertThat(read("a.html", new byte[] {(byte) 0xc3, (byte) 0xa4}).text()).isEqualTo("ä");
    assertThatThrownBy(() -> read("a.html", new byte[] {(byte) 0xe4}))
        .hasMessage("a file in UTF-8");
  }

  @Test
  void itsSizeIsLimited() throws IOException {
    assertThat(read("a.html", new byte[256 << 10]).text()).hasSize(256 << 10);
    assertThatThrownBy(() -> read("a.html", new byte[(256 << 10) + 1]))
        .hasMessage("a readable file of at most 256KiB");
  }

  @Test
  void aFolderIsNoPage() throws IOException {
    Files.createDirectory(folder.resolve("a.html"));
    assertThatThrownBy(() -> PageFile.at(Path.of("a.html")).in(folder))
        .hasMessage("a readable file of at most 256KiB");
  }
}
