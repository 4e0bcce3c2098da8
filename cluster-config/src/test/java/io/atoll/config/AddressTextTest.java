package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses in the form of RFC 5952. */
class AddressTextTest {
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
    assertThat(AddressText.of(InetAddress.ofLiteral(form))).isEqualTo(text);
  }

  @Property
  void itIsReadAsTheSameAddress(@ForAll @Size(16) byte[] bytes) throws UnknownHostException {
    InetAddress address = InetAddress.getByAddress(bytes);
    assertThat(InetAddress.ofLiteral(AddressText.of(address))).isEqualTo(address);
  }
}
