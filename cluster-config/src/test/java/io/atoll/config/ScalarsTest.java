package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarsTest {
  @Property
  void durationsAreReadAsWritten(@ForAll @LongRange(min = 0, max = 999_999_999_999L) long millis) {
    assertReadAsWritten(Duration.ofMillis(millis));
  }

  @Property
  void sizesAreReadAsWritten(@ForAll @LongRange(min = 0, max = 1L << 50) long bytes) {
    assertReadAsWritten(new DataSize(bytes));
    assertReadAsWritten(new DataSize((bytes >> 20) << 20));
  }

  @Property
  void ratesAreReadAsWritten(
      @ForAll @LongRange(min = 1) long permits, @ForAll("units") Duration per) {
    assertReadAsWritten(new Rate(permits % 1_000_000_000 + 1, per));
  }

  @Provide
  Arbitrary<Duration> units() {
    return Arbitraries.of(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofHours(1));
  }

  @Property
  void statusesAreReadAsWritten(
      @ForAll @IntRange(min = 100, max = 599) int a,
      @ForAll @IntRange(min = 100, max = 599) int b) {
    assertReadAsWritten(new StatusRange(Math.min(a, b), Math.max(a, b)));
  }

  @Property
  void addressesAreReadAsWritten(
      @ForAll @Size(4) byte[] v4,
      @ForAll @Size(16) byte[] v6,
      @ForAll @IntRange(max = 65_535) int port)
      throws UnknownHostException {
    assertReadAsWritten(new HostPort(InetAddress.getByAddress(v4).getHostAddress(), port));
    String host = NetUtil.toAddressString(InetAddress.getByAddress(v6));
    assertReadAsWritten(new HostPort(host, port));
  }

  @ParameterizedTest
  @CsvSource({
    "0:0:0:0:0:0:0:0, ::",
    "0:0::1, ::1",
    "2001:DB8:0:0:0:0:0:0, 2001:db8::",
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "0:0:1:0:0:1:1:1, ::1:0:0:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "10:0:0:20:0:0:0:a00, 10:0:0:20::a00",
    "::ffff:10.0.0.1, 10.0.0.1",
    "10.0.0.1, 10.0.0.1"
  })
  void everyFormOfAnAddressIsOneText(String form, String text) {
    assertThat(host(form)).isEqualTo(text);
  }

  @Property
  void anAddressIsReadAsTheSame(@ForAll @Size(16) byte[] bytes) throws UnknownHostException {
    InetAddress address = InetAddress.getByAddress(bytes);
    assertThat(InetAddress.ofLiteral(host(address.getHostAddress()))).isEqualTo(address);
  }

  private static String host(String address) {
    String host = address.indexOf(':') < 0 ? address : '[' + address + ']';
    return BackendAddress.parse("http://" + host + ":80").host();
  }

  @Property
  void aBlockHoldsWhatSharesItsBits(
      @ForAll @Size(4) byte[] v4, @ForAll @IntRange(max = 32) int prefix)
      throws UnknownHostException {
    byte[] network = v4.clone();
    for (int bit = prefix; bit < 32; bit++) {
      network[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    Cidr cidr = new Cidr(InetAddress.getByAddress(network), prefix);
    assertReadAsWritten(cidr);
    assertThat(cidr.contains(InetAddress.getByAddress(v4))).isTrue();
    if (prefix > 0) {
      v4[(prefix - 1) / 8] ^= (byte) (0x80 >> ((prefix - 1) % 8));
      assertThat(cidr.contains(InetAddress.getByAddress(v4))).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"500ms,500", "2s,2000", "1m,60000", "1h,3600000", "7d,604800000", "0s,0"})
  void durationsHaveUnits(String text, long millis) {
    assertThat(Scalars.read(Duration.class, text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "-1s", "1.5s", "1S", "1 s", "s", "1h30m", "", "99999999999999d"})
  void whatIsNoDuration(String text) {
    assertRefused(Duration.class, text);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "512,512", "64KiB,65536", "16MiB,16777216", "2GiB,2147483648"})
  void sizesHaveBinaryUnits(String text, long bytes) {
    assertThat(Scalars.read(DataSize.class, text)).isEqualTo(new DataSize(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1KB", "1k", "-1", "1.5MiB", "", "999999999999999999GiB"})
  void whatIsNoSize(String text) {
    assertRefused(DataSize.class, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"100", "0/s", "1/d", "1/ s", "-1/s", "1/"})
  void whatIsNoRate(String text) {
    assertRefused(Rate.class, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"99", "600", "200-100", "2xx", "200-", "200-600", ""})
  void whatIsNoStatusRange(String text) {
    assertRefused(StatusRange.class, text);
  }

  @ParameterizedTest
  @CsvSource({
    "edge-1.example.com:80,edge-1.example.com",
    "EDGE:80,edge",
    "10.0.0.0/24:80,10.0.0.0/24",
    "[2001:db8::]:80,2001:db8::",
    "[2001:DB8:0::0:1]:80,2001:db8::1",
    "[2001:db8::/64]:80,2001:db8::/64"
  })
  void hostsAreNamesAddressesOrNetworks(String text, String host) {
    assertThat(Scalars.read(HostPort.class, text)).isEqualTo(new HostPort(host, 80));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "edge", ":80", "edge:", "edge:65536", "edge:-1", "2001:db8::1:80", "[10.0.0.1]:80",
        "10.0.0.300:80", "10.0.0.1/8:80", "a b:80", "-a:80", "a..b:80", "[::1:80", "edge:80/path",
        "[fe80::1%eth0]:80"
      })
  void whatIsNoHostPort(String text) {
    assertRefused(HostPort.class, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://a:1",
        "http://a",
        "http://a:0",
        "http://a:1/",
        "http://u@a:1",
        "a:1",
        "http://:1",
        "http://10.0.0.0/8:1"
      })
  void whatIsNoBackend(String text) {
    assertRefused(BackendAddress.class, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.1/8", "10.0/8", "a/8", "10.0.0.0/", "::/129", "1"})
  void whatIsNoCidr(String text) {
    assertRefused(Cidr.class, text);
  }

  private static void assertReadAsWritten(Object value) {
    String text = Objects.requireNonNull(Scalars.kind(value.getClass())).write(value);
    assertThat(Scalars.read(value.getClass(), text)).isEqualTo(value);
  }

  private static void assertRefused(Class<?> type, String text) {
    assertThatThrownBy(() -> Scalars.read(type, text))
        .isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
  }
}
