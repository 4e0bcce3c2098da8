package io.atoll.edge.health.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.UpstreamConfig.HealthCheck;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class BodySearchTest {
  @Property
  void itFindsWhatIsThereAndNothingElse(
      @ForAll("fewLetters") String body,
      @ForAll("needles") String text,
      @ForAll @IntRange(min = 1, max = 9) int part) {
    BodySearch.Search search = new BodySearch(text).begin();

    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from += part) {
      search.part(Unpooled.wrappedBuffer(bytes, from, Math.min(part, bytes.length - from)));
    }

    assertThat(search.found()).isEqualTo(body.contains(text));
  }

  @Provide
  Arbitrary<String> fewLetters() {
    return Arbitraries.strings().withChars('a', 'b', 'ü').ofMaxLength(60);
  }

  @Provide
  Arbitrary<String> needles() {
    return Arbitraries.strings().withChars('a', 'b', 'ü').ofMinLength(1).ofMaxLength(6);
  }

  @Example
  void itLooksNoFurtherThan64KiB() {
    byte[] body = ("x".repeat(HealthCheck.LOOKED_AT - 2) + "end").getBytes(StandardCharsets.UTF_8);

    BodySearch.Search cut = new BodySearch("end").begin();
    cut.part(Unpooled.wrappedBuffer(body));
    BodySearch.Search whole = new BodySearch("xen").begin();
    whole.part(Unpooled.wrappedBuffer(body));

    assertThat(cut.found()).isFalse();
    assertThat(cut.exhausted()).isTrue();
    assertThat(whole.found()).isTrue();
  }
}
