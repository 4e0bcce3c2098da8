package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamConfigTest {
  private static UpstreamConfig upstream(String keys) {
    return Configs.loaded(
            """
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams: [{name: shop, %s}]
            routes: [{name: all, proxy: {upstream: shop}}]
            """
                .formatted(keys))
        .upstreams()
        .getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "backends: [{address: http://a:1}]                                        | -",
        "backends: [{address: https://a}], tls: {serverName: b}                   | b",
        "discovery: {dns: shop.test, port: 1}                                       | shop.test",
        "discovery: {dns: shop.test., port: 1}                                      | shop.test",
        "discovery: {dns: _https._tcp.shop.test, records: srv}                      | shop.test",
        "discovery: {dns: shop.test, port: 1}, tls: {serverName: b}                 | b"
      })
  void allBackendsAreAskedForByOneNameWhereThereIsOne(String keys, @Nullable String name) {
    assertThat(upstream(keys.strip()).serverName()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "backends: [{address: http://a:1}]                         | false",
        "backends: [{address: http://a:1}, {address: https://b}] | true",
        "backends: [{address: http://a:1}], tls: {}                | true",
        "backends: [{address: http://a:1}], protocol: h2           | true",
        "backends: [{address: http://a:1}], protocol: h2c          | false",
        "discovery: {dns: shop.test, port: 1}                        | false",
        "discovery: {dns: shop.test, port: 1}, protocol: h3          | true"
      })
  void tlsIsSpokenWhereAnythingAsksForIt(String keys, boolean tls) {
    assertThat(upstream(keys.strip()).usesTls()).isEqualTo(tls);
  }
}
