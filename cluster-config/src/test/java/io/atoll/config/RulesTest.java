package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule broken alone, in line 3 of a file that is right otherwise. */
class RulesTest {
  private static final String START =
      """
      listeners: [{name: http, bind: "127.0.0.1:80"}]
      routes: [{name: hello, respond: {}}]
      """;
  private static final String NORMAL =
      "expected a path in its normal form, without dot segments, empty segments, a query and"
          + " escapes of plain characters";
  private static final String SECRET = "thirty-two bytes at the very least";

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # cluster
          cluster: {name: ' '} | cluster.name: expected a name, found nothing
          cluster: {secret: short} | cluster.secret: expected 32 bytes or more, found 5
          cluster: {bind: "h:1", discovery: {dns: {name: e}}} | cluster.secret: required where cluster.bind is given, but not given
          cluster: {bind: "h:1", secret: SECRET} | cluster.discovery: required where cluster.bind is given, but not given
          cluster: {bind: "h:0", secret: SECRET, discovery: {dns: {name: e}}} | cluster.bind: expected a port from 1 to 65535, found 0
          cluster: {bind: "0.0.0.0:1", secret: SECRET, discovery: {dns: {name: e}}} | cluster.bind: expected the address that others reach, or a CIDR that picks it (0.0.0.0/0 takes any)
          cluster: {advertise: "10.0.0.0/8:1"} | cluster.advertise: expected an address or a name, found the network 10.0.0.0/8
          cluster: {advertise: "h:0"} | cluster.advertise: expected a port from 1 to 65535, found 0
          cluster: {discovery: {members: []}} | cluster.discovery.members: expected one member at least
          cluster: {discovery: {members: ["h:0"]}} | cluster.discovery.members[0]: expected a port from 1 to 65535, found 0
          cluster: {discovery: {members: ["10.0.0.0/8:1"]}} | cluster.discovery.members[0]: expected an address or a name, found the network 10.0.0.0/8
          cluster: {discovery: {dns: {name: "a b"}}} | cluster.discovery.dns.name: expected a DNS name, found 'a b'
          cluster: {discovery: {dns: {name: e, port: 70000}}} | cluster.discovery.dns.port: expected a port from 1 to 65535, found 70000
          cluster: {discovery: {kubernetes: {}}} | cluster.discovery.kubernetes: not supported yet
          # node, admin
          node: {id: a/b} | node.id: expected 1 to 64 letters, digits, '.', '_' or '-', found 'a/b'
          node: {eventLoops: 2000} | node.eventLoops: expected 0 to 1024, found 2000
          admin: {bind: "0.0.0.0:1"} | admin.tokenFile: required where admin.bind is not loopback, but not given
          admin: {bind: "edge:1"} | admin.tokenFile: required where admin.bind is not loopback, but not given
          admin: {bind: "10.0.0.0/8:1"} | admin.tokenFile: required where admin.bind is not loopback, but not given
          admin: {tokenFile: nowhere} | admin.tokenFile: expected a readable file, found none at nowhere
          admin: {tokenFile: src} | admin.tokenFile: expected a readable file, found none at src
          # upstreams
          upstreams: [{name: a b, backends: [{address: "http://h:1"}]}] | upstreams[0].name: expected 1 to 64 letters, digits, '.', '_' or '-', found 'a b'
          upstreams: [{name: a, backends: [{address: "http://h:1"}], panicThreshold: 101}] | upstreams[0].panicThreshold: expected 0 to 100, found 101
          upstreams: [{name: a, backends: [{address: "http://h:1", weight: 1001}]}] | upstreams[0].backends[0].weight: expected 1 to 1000, found 1001
          upstreams: [{name: a, backends: [{address: "http://h:0"}]}] | upstreams[0].backends[0].address: expected a port from 1 to 65535, found 'http://h:0'
          upstreams: [{name: a, backends: [{address: "http://h"}]}] | upstreams[0].backends[0].address: expected http://HOST:PORT or https://HOST[:PORT], found 'http://h'
          upstreams: [{name: a, protocol: h2c, backends: [{address: "https://h"}]}] | upstreams[0].backends[0].address: https:// is TLS, and protocol h2c is not; expected http://HOST:PORT, or protocol h2
          upstreams: [{name: a, protocol: h2c, tls: {}, backends: [{address: "http://h:1"}]}] | upstreams[0].protocol: h2c is clear text; over tls it is h2
          upstreams: [{name: a, backends: [{address: "http://h:1"}], tls: {trust: nowhere}}] | upstreams[0].tls.trust: expected a readable file, found none at nowhere
          upstreams: [{name: a, backends: [{address: "http://h:1"}], tls: {serverName: "a b"}}] | upstreams[0].tls.serverName: expected a DNS name, found 'a b'
          upstreams: [{name: a, backends: [{address: "http://h:1"}], tls: {certificate: pom.xml}}] | upstreams[0].tls.privateKey: required where certificate is given, but not given
          upstreams: [{name: a, backends: [{address: "http://h:1"}], tls: {privateKey: pom.xml}}] | upstreams[0].tls.certificate: required where privateKey is given, but not given
          upstreams: [{name: a, backends: [{address: "http://h:1", zone: "a b"}]}] | upstreams[0].backends[0].zone: expected 1 to 64 letters, digits, '.', '_' or '-', found 'a b'
          upstreams: [{name: a, backends: [{address: "http://h:1"}], hashBound: 100}] | upstreams[0].hashBound: expected 0 or 101 to 1000, found 100
          upstreams: [{name: a, backends: [{address: "http://h:1"}], hashBound: 1001}] | upstreams[0].hashBound: expected 0 or 101 to 1000, found 1001
          upstreams: [{name: a, backends: [{address: "http://h:1"}], slowStart: 2h}] | upstreams[0].slowStart: expected 1h at most
          upstreams: [{name: a, backends: [{address: "http://h:1"}], balance: {consistentHash: {cookie: "a b"}}}] | upstreams[0].balance.consistentHash.cookie: expected the name of a cookie, found 'a b'
          upstreams: [{name: a, backends: [{address: "http://h:1"}], balance: {consistentHash: {query: "a=b"}}}] | upstreams[0].balance.consistentHash.query: expected the name of a parameter as it is sent, found 'a=b'
          upstreams: [{name: a}] | upstreams[0].backends: expected one backend at least, or discovery
          upstreams: [{name: a, backends: [{address: "http://h:1"}], discovery: {dns: e, port: 1}}] | upstreams[0].discovery: expected backends or discovery, found both
          upstreams: [{name: a, discovery: {dns: "a b", port: 1}}] | upstreams[0].discovery.dns: expected a DNS name, found 'a b'
          upstreams: [{name: a, discovery: {dns: 10.0.0.1, port: 1}}] | upstreams[0].discovery.dns: expected a DNS name, found '10.0.0.1'
          upstreams: [{name: a, discovery: {dns: e}}] | upstreams[0].discovery.port: required where records is address, but not given
          upstreams: [{name: a, discovery: {dns: e, port: 0}}] | upstreams[0].discovery.port: expected a port from 1 to 65535, found 0
          upstreams: [{name: a, discovery: {dns: e, records: srv, port: 1}}] | upstreams[0].discovery.port: srv records say so themselves; expected none beside srv
          upstreams: [{name: a, discovery: {dns: e, port: 1, refresh: 500ms}}] | upstreams[0].discovery.refresh: expected 1s to 1h
          upstreams: [{name: a, discovery: {dns: e, port: 1, refresh: 2h}}] | upstreams[0].discovery.refresh: expected 1s to 1h
          upstreams: [{name: a, discovery: {dns: e, port: 1, servers: ["ns:53"]}}] | upstreams[0].discovery.servers: expected addresses with ports such as 10.0.0.53:53, found 'ns:53'
          node: {zone: ""} | node.zone: expected 1 to 64 letters, digits, '.', '_' or '-', found ''
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {interval: 0s}}] | upstreams[0].healthCheck.interval: expected more than 0s
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {unhealthyAfter: 0}}] | upstreams[0].healthCheck.unhealthyAfter: expected 1 to 100, found 0
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {type: udp}}] | upstreams[0].healthCheck.type: expected one of http, tcp, grpc, found 'udp'
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {type: grpc}}] | upstreams[0].healthCheck.type: grpc needs protocol h2 or h2c
          upstreams: [{name: a, backends: [{address: "http://h:1"}], protocol: h3, healthCheck: {type: grpc}}] | upstreams[0].healthCheck.type: grpc needs protocol h2 or h2c
          upstreams: [{name: a, backends: [{address: "http://h:1"}], protocol: h3, healthCheck: {type: tcp}}] | upstreams[0].healthCheck.type: tcp does not reach what speaks h3, which is over UDP; expected http
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {type: tcp, path: /up}}] | upstreams[0].healthCheck.path: is of type http, and type is tcp
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {type: tcp, method: HEAD}}] | upstreams[0].healthCheck.method: is of type http, and type is tcp
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {type: tcp, host: h}}] | upstreams[0].healthCheck.host: is of type http or grpc, and type is tcp
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {type: tcp, expect: 204}}] | upstreams[0].healthCheck.expect: is of type http, and type is tcp
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {type: tcp, body: ready}}] | upstreams[0].healthCheck.body: is of type http, and type is tcp
          upstreams: [{name: a, backends: [{address: "http://h:1"}], protocol: h2c, healthCheck: {type: grpc, path: /up}}] | upstreams[0].healthCheck.path: is of type http, and type is grpc
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {service: shop.Orders}}] | upstreams[0].healthCheck.service: is of type grpc, and type is http
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {method: "GET /"}}] | upstreams[0].healthCheck.method: expected a method, found 'GET /'
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {method: CONNECT}}] | upstreams[0].healthCheck.method: CONNECT asks for no resource
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {method: HEAD, body: ready}}] | upstreams[0].healthCheck.body: is never sent in answer to HEAD
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {body: ''}}] | upstreams[0].healthCheck.body: expected text, found ''
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {host: "a b"}}] | upstreams[0].healthCheck.host: expected a host, or HOST:PORT, found 'a b'
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {host: "h:70000"}}] | upstreams[0].healthCheck.host: expected a host, or HOST:PORT, found 'h:70000'
          upstreams: [{name: a, backends: [{address: "http://h:1"}], healthCheck: {host: "2001:db8::1"}}] | upstreams[0].healthCheck.host: expected a host, or HOST:PORT, found '2001:db8::1'
          upstreams: [{name: a, backends: [{address: "http://h:1"}], outlierDetection: {ejectFor: 0s}}] | upstreams[0].outlierDetection.ejectFor: expected more than 0s
          upstreams: [{name: a, backends: [{address: "http://h:1"}], outlierDetection: {consecutiveErrors: -1}}] | upstreams[0].outlierDetection.consecutiveErrors: expected 0 to 1000, found -1
          upstreams: [{name: a, backends: [{address: "http://h:1"}], outlierDetection: {errorRate: 101}}] | upstreams[0].outlierDetection.errorRate: expected 0 to 100, found 101
          upstreams: [{name: a, backends: [{address: "http://h:1"}], outlierDetection: {requests: 0}}] | upstreams[0].outlierDetection.requests: expected 1 to 1000000, found 0
          upstreams: [{name: a, backends: [{address: "http://h:1"}], outlierDetection: {latencyFactor: 1}}] | upstreams[0].outlierDetection.latencyFactor: expected 0 or 2 to 1000, found 1
          upstreams: [{name: a, backends: [{address: "http://h:1"}], outlierDetection: {window: 999ms}}] | upstreams[0].outlierDetection.window: expected 1s to 1h
          upstreams: [{name: a, backends: [{address: "http://h:1"}], outlierDetection: {window: 2h}}] | upstreams[0].outlierDetection.window: expected 1s to 1h
          upstreams: [{name: a, backends: [{address: "http://h:1"}], outlierDetection: {maxEjected: 101}}] | upstreams[0].outlierDetection.maxEjected: expected 0 to 100, found 101
          upstreams: [{name: a, backends: [{address: "http://h:1"}], stickySession: {mode: learn}}] | upstreams[0].stickySession.cookie: mode learn needs the name of the application's own cookie
          upstreams: [{name: a, backends: [{address: "http://h:1"}], stickySession: {mode: table, ttl: 0s}}] | upstreams[0].stickySession.ttl: expected more than 0s
          upstreams: [{name: a, backends: [{address: "http://h:1"}], retry: {attempts: 0}}] | upstreams[0].retry.attempts: expected 1 to 10, found 0
          upstreams: [{name: a, backends: [{address: "http://h:1"}], retry: {budget: 101}}] | upstreams[0].retry.budget: expected 0 to 100, found 101
          upstreams: [{name: a, backends: [{address: "http://h:1"}], retry: {backoff: 2s}}] | upstreams[0].retry.backoff: expected 1s at most
          upstreams: [{name: a, backends: [{address: "http://h:1"}], retry: {tryTimeout: 30s}}] | upstreams[0].retry.tryTimeout: expected less than timeouts.firstByte, which ends the request
          upstreams: [{name: a, backends: [{address: "http://h:1"}], retry: {hedge: {percentile: 100}}}] | upstreams[0].retry.hedge.percentile: expected 1 to 99, found 100
          upstreams: [{name: a, backends: [{address: "http://h:1"}], retry: {attempts: 1, hedge: {}}}] | upstreams[0].retry.hedge: is a second try: attempts: 1 has none
          upstreams: [{name: a, backends: [{address: "http://h:1"}], stickySession: {mode: table}, retry: {hedge: {}}}] | upstreams[0].retry.hedge: would ask another backend than the session's
          upstreams: [{name: a, backends: [{address: "http://h:1"}], connections: {perBackend: 0}}] | upstreams[0].connections.perBackend: expected 1 to 1000000, found 0
          upstreams: [{name: a, backends: [{address: "http://h:1"}], connections: {pendingFor: 0s}}] | upstreams[0].connections.pendingFor: expected more than 0s
          # rate limits
          rateLimits: [{name: a, key: clientIp, rate: 0/s}] | rateLimits[0].rate: expected a rate such as 100/s, 6000/m or 10/h, found '0/s'
          rateLimits: [{name: a, key: clientIp, rate: 1/h, burst: 1000000}] | rateLimits[0].burst: expected 1 to 640255, found 1000000
          rateLimits: [{name: a, key: clientip, rate: 1/s}] | rateLimits[0].key: expected one of clientIp, route, found 'clientip'; did you mean clientIp?
          rateLimits: [{name: a, key: {cookie: sid}, rate: 1/s}] | rateLimits[0].key.cookie: not supported yet
          rateLimits: [{name: a, key: {clientIp: x}, rate: 1/s}] | rateLimits[0].key.clientIp: unknown key; expected header
          # error pages
          errorPages: [{status: 503, file: src/test/resources/io/atoll/config/no.html}] | errorPages[0].file: expected a readable file of at most 256KiB, found 'src/test/resources/io/atoll/config/no.html'
          errorPages: [{status: 503, file: pom.html}] | errorPages[0].file: expected a readable file of at most 256KiB, found 'pom.html'
          errorPages: [{status: 503, file: src/page.pdf}] | errorPages[0].file: expected a file that ends in .html, .htm, .txt, .json or .xml, found 'src/page.pdf'
          errorPages: [{status: 304, file: pom.xml}] | errorPages[0].status: expected a status from 400 to 599, or a range of them, found 304
          errorPages: [{status: 200-599, file: pom.xml}] | errorPages[0].status: expected a status from 400 to 599, or a range of them, found 200-599
          errorPages: [{status: 600, file: pom.xml}] | errorPages[0].status: expected a status or a range of them, such as 204 or 200-399, found '600'
          errorPages: [{status: 500-504, file: pom.xml}, {status: 502-503, file: pom.xml}] | errorPages[1]: is never used: errorPages[0] has its status and media type
          # cache, telemetry
          cache: {l2: {backups: -1}} | cache.l2.backups: expected 0 to 3, found -1
          telemetry: {accessLog: {sample: -0.1}} | telemetry.accessLog.sample: expected 0.0 to 1.0, found -0.1
          telemetry: {accessLog: {output: ''}} | telemetry.accessLog.output: expected stdout, stderr or a path, found ''
          """)
  void aBrokenRuleIsSaid(String yaml, String error) {
    assertThat(Configs.errors(START + yaml.replace("SECRET", SECRET) + "\n"))
        .singleElement()
        .asString()
        .startsWith("3:")
        .endsWith(": " + error);
  }

  @Test
  void aBodyIsMeasuredInBytesAsItIsReceived() {
    int half = UpstreamConfig.HealthCheck.LOOKED_AT / 2;
    assertThat(Configs.errors(START + expecting("ü".repeat(half)))).isEmpty();

    assertThat(Configs.errors(START + expecting("ü".repeat(half) + ".")))
        .singleElement()
        .asString()
        .endsWith("upstreams[0].healthCheck.body: is longer than the 64 KiB looked at");
  }

  private static String expecting(String body) {
    return "upstreams: [{name: a, backends: [{address: \"http://h:1\"}], healthCheck: {body: %s}}]\n"
        .formatted(body);
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {bind: "127.0.0.1:80"} | 1:13: listeners[0].name: required, but not given
          {name: a, bind: "10.0.0.0/8:80"} | 1:29: listeners[0].bind: expected an address or a name, found the network 10.0.0.0/8
          {name: a, bind: "127.0.0.1:9901"} | 1:29: listeners[0].bind: 127.0.0.1:9901 is taken by admin.bind
          {name: a, bind: "h:80", protocols: []} | 1:48: listeners[0].protocols: expected one protocol at least
          {name: a, bind: "h:80", protocols: [http/1.1, http/1.1]} | 1:48: listeners[0].protocols: expected each protocol once
          {name: a, bind: "h:80", protocols: [http/1.1, h2]} | 1:48: listeners[0].protocols: h2 needs tls
          {name: a, bind: "h:80", protocols: [h2c], tls: {certificates: [{certificate: pom.xml, privateKey: pom.xml}]}} | 1:48: listeners[0].protocols: h2c is clear text; over tls it is h2
          {name: a, bind: "h:80", protocols: [h3]} | 1:48: listeners[0].protocols: h3 needs tls
          {name: a, bind: "h:0", protocols: [h3], tls: {certificates: [{certificate: pom.xml, privateKey: pom.xml}]}} | 1:29: listeners[0].bind: h3 needs a port that can be told in advance, found 0
          {name: a, bind: "h:80", advertisedPort: 443} | 1:53: listeners[0].advertisedPort: is of h3, which is not in protocols
          {name: a, bind: "h:80", protocols: [h3], tls: {certificates: [{certificate: pom.xml, privateKey: pom.xml}]}, advertisedPort: 70000} | 1:138: listeners[0].advertisedPort: expected a port from 1 to 65535, found 70000
          {name: a, bind: "h:80", proxyProtocol: accept} | 1:52: listeners[0].proxyProtocol: is accepted from trustedProxies only, and there are none
          {name: a, bind: "h:80", proxyProtocol: accept, trustedProxies: [10.0.0.0/8], protocols: [h3], tls: {certificates: [{certificate: pom.xml, privateKey: pom.xml}]}} | 1:52: listeners[0].proxyProtocol: is of TCP, and protocols has h3
          {name: a, bind: "h:80", tls: {certificates: []}} | 1:57: listeners[0].tls.certificates: expected one certificate at least
          {name: a, bind: "h:80", tls: {certificates: [{certificate: pom.xml, privateKey: no.key}]}} | 1:93: listeners[0].tls.certificates[0].privateKey: expected a readable file, found none at no.key
          {name: a, bind: "h:80", tls: {certificates: [{certificate: pom.xml, privateKey: pom.xml}], clientAuth: {mode: require}}} | 1:116: listeners[0].tls.clientAuth.trust: required where certificates are asked for, but not given
          {name: a, bind: "h:80", tls: {certificates: [{certificate: pom.xml, privateKey: pom.xml}], clientAuth: {trust: no.pem}}} | 1:124: listeners[0].tls.clientAuth.trust: expected a readable file, found none at no.pem
          {name: a, bind: "h:80", tls: {certificates: [{certificate: pom.xml, privateKey: pom.xml}], hsts: {}}} | 1:110: listeners[0].tls.hsts.maxAge: required, but not given
          {name: a, bind: "h:80", redirectToHttps: 0} | 1:54: listeners[0].redirectToHttps: expected a port from 1 to 65535, found 0
          {name: a, bind: "h:80", limits: {headers: 2MiB}} | 1:55: listeners[0].limits.headers: expected 1 byte to 1MiB, found 2097152 bytes
          {name: a, bind: "h:80", limits: {idleTimeout: 0s}} | 1:59: listeners[0].limits.idleTimeout: expected more than 0s
          {name: a, bind: "h:80"}, {name: a, bind: "h:80"} | 1:45: listeners[1].name: 'a' is already the name of listeners[0]; 1:54: listeners[1].bind: h:80 is taken by listeners[0].bind
          | 1:12: listeners: expected one at least, found none
          """)
  void aBrokenListenerIsSaid(@Nullable String listeners, String errors) {
    String yaml =
        "listeners: [%s]\nroutes: [{name: r, respond: {}}]\n"
            .formatted(listeners == null ? "" : listeners);
    assertThat(Configs.errors(yaml)).containsExactly(errors.split("; (?=\\d)", -1));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {name: a, proxy: {upstream: shpo}} | 4:38: routes[0].proxy.upstream: no upstream is named 'shpo'; did you mean shop?
          {name: a, proxy: {upstream: x}} | 4:38: routes[0].proxy.upstream: no upstream is named 'x'; there is shop
          {name: a, rateLimit: [x], respond: {}} | 4:32: routes[0].rateLimit[0]: no limit is named 'x'; there is slow
          {name: a, rateLimit: [slow, slow], respond: {}} | 4:31: routes[0].rateLimit: expected each limit once
          {name: a} | 4:10: routes[0]: expected one handler (proxy, files, redirect or respond), found none
          {name: a, redirect: {to: /}, respond: {}} | 4:10: routes[0]: expected one handler (proxy, files, redirect or respond), found redirect and respond
          {name: a, cache: {}, respond: {}} | 4:27: routes[0].cache: only what is proxied can be stored
          {name: a, errorPages: [{status: 404}], respond: {}} | 4:33: routes[0].errorPages[0].file: required, but not given
          {name: a, errorPages: [{status: 404, file: pom.xml}, {status: 404, file: pom.xml}], respond: {}} | 4:63: routes[0].errorPages[1]: is never used: routes[0].errorPages[0] has its status and media type
          {name: a, compress: {types: [text]}, respond: {}} | 4:39: routes[0].compress.types[0]: expected a media type such as text/css or text/*, found 'text'
          {name: a, compress: {encodings: []}, respond: {}} | 4:42: routes[0].compress.encodings: expected one coding at least, and each once
          {name: a, compress: {levels: {br: 12}}, respond: {}} | 4:44: routes[0].compress.levels.br: expected 0 to 11, found 12
          {name: a, files: {}} | 4:27: routes[0].files.root: required, but not given
          {name: a, files: {root: no}} | 4:34: routes[0].files.root: expected a readable folder, found none at no
          {name: a, files: {root: src, index: [a/b]}} | 4:47: routes[0].files.index[0]: expected the name of a file, found 'a/b'
          {name: a, files: {root: src, fallback: ../x}} | 4:49: routes[0].files.fallback: expected a path below the root, found '../x'
          {name: a, files: {root: src, precompressed: [br, br]}} | 4:54: routes[0].files.precompressed: expected each coding once
          {name: a, files: {root: src, precompressed: [deflate]}} | 4:55: routes[0].files.precompressed[0]: expected one of zstd, br, gzip, found 'deflate'
          {name: a, match: {hosts: ["*."]}, respond: {}} | 4:36: routes[0].match.hosts[0]: expected a host name without port, or *.NAME, found '*.'
          {name: a, match: {path: {exact: x}}, respond: {}} | 4:42: routes[0].match.path.exact: expected a path that starts with /, found 'x'
          {name: a, match: {path: /a//b}, respond: {}} | 4:34: routes[0].match.path: NORMAL, found '/a//b'
          {name: a, match: {path: /a/../b}, respond: {}} | 4:34: routes[0].match.path: NORMAL, found '/a/../b'
          {name: a, match: {path: /%61dmin}, respond: {}} | 4:34: routes[0].match.path: NORMAL, found '/%61dmin'
          {name: a, match: {path: {exact: /a%2fb}}, respond: {}} | 4:42: routes[0].match.path.exact: NORMAL, found '/a%2fb'
          {name: a, match: {path: {exact: "/a?b"}}, respond: {}} | 4:42: routes[0].match.path.exact: NORMAL, found '/a?b'
          {name: a, match: {path: /ä}, respond: {}} | 4:34: routes[0].match.path: expected a path that starts with /, found '/ä'
          {name: a, match: {hosts: [Shop.Example]}, respond: {}}, {name: b, match: {hosts: [shop.example.]}, respond: {}} | 4:83: routes[1].match: matches the same requests as route 'a'
          {name: a, rewrite: {stripPrefix: /./x}, proxy: {upstream: shop}} | 4:43: routes[0].rewrite.stripPrefix: NORMAL, found '/./x'
          {name: a, match: {path: [/x]}, respond: {}} | 4:34: routes[0].match.path: expected one of text, {exact: …}, {regex: …}, found a list
          {name: a, respond: {}}, {name: b, match: {path: /}, respond: {}} | 4:51: routes[1].match: matches the same requests as route 'a'
          {name: a, match: {path: {regex: "^/(a"}}, respond: {}} | 4:42: routes[0].match.path.regex: expected a regular expression (RE2), found missing closing )
          {name: a, match: {path: {regex: "(a)\\\\1"}}, respond: {}} | 4:42: routes[0].match.path.regex: expected a regular expression (RE2), found invalid escape sequence
          {name: a, match: {methods: [get]}, respond: {}} | 4:38: routes[0].match.methods[0]: expected a method in capitals such as GET, found 'get'
          {name: a, match: {methods: [TRACE]}, respond: {}} | 4:38: routes[0].match.methods[0]: TRACE is refused before a route is chosen
          {name: a, match: {methods: [GET, GET]}, respond: {}} | 4:37: routes[0].match.methods: expected each method once
          {name: a, match: {headers: [X]}, respond: {}} | 4:37: routes[0].match.headers: expected a mapping, found a list
          {name: a, match: {headers: {X-A: [b]}}, respond: {}} | 4:43: routes[0].match.headers.X-A: expected text, found a list
          {name: a, match: {headers: {"X A": b}}, respond: {}} | 4:45: routes[0].match.headers.X A: expected the name of a field, found 'X A'
          {name: a, match: {headers: {host: b}}, respond: {}} | 4:44: routes[0].match.headers.host: the host belongs to match.hosts
          {name: a, match: {headers: {X-A: a, x-a: b}}, respond: {}} | 4:51: routes[0].match.headers.x-a: expected each field once, whatever its case
          {name: a, match: {headers: {X-A: "a\\nb"}}, respond: {}} | 4:43: routes[0].match.headers.X-A: expected the value of a field: printable ASCII without blanks at its ends
          {name: a, match: {methods: [GET, PUT], headers: {X: y}}, respond: {}}, {name: b, match: {headers: {x: y}, methods: [PUT, GET]}, respond: {}} | 4:98: routes[1].match: matches the same requests as route 'a'
          {name: a, requestHeaders: {set: {Content-Length: 5}}, respond: {}} | 4:59: routes[0].requestHeaders.set.Content-Length: Content-Length can't be changed: it belongs to one connection, or says where a message ends
          {name: a, requestHeaders: {add: {x-forwarded-for: a}}, respond: {}} | 4:60: routes[0].requestHeaders.add.x-forwarded-for: x-forwarded-for can't be changed: Atoll makes it itself
          {name: a, requestHeaders: {set: {X: y}}, respond: {}} | 4:36: routes[0].requestHeaders: only what is proxied has a backend to see them
          {name: a, responseHeaders: {remove: [TE, Via, "a b"]}, respond: {}} | 4:47: routes[0].responseHeaders.remove[0]: TE can't be changed: it belongs to one connection, or says where a message ends; 4:51: routes[0].responseHeaders.remove[1]: Via can't be changed: Atoll makes it itself; 4:56: routes[0].responseHeaders.remove[2]: expected the name of a field, found 'a b'
          {name: a, responseHeaders: {set: {X: "a\\nb"}}, respond: {}} | 4:47: routes[0].responseHeaders.set.X: expected the value of a field: printable ASCII without blanks at its ends
          {name: a, responseHeaders: {set: {X: "é"}}, respond: {}} | 4:47: routes[0].responseHeaders.set.X: expected the value of a field: printable ASCII without blanks at its ends
          {name: a, responseHeaders: {set: {X: "${client.id}"}}, respond: {}} | 4:47: routes[0].responseHeaders.set.X: expected text whose variables are among ${client.ip} ${node.id} ${request.host} ${request.id} ${request.method} ${request.path} ${request.query} ${request.scheme} ${route.name}, found '${client.id}'
          {name: a, rewrite: {addPrefix: /x}, respond: {}} | 4:29: routes[0].rewrite: only what is proxied can be rewritten
          {name: a, rewrite: {}, proxy: {upstream: shop}} | 4:29: routes[0].rewrite: expected stripPrefix and addPrefix, or one of them, or regex and to
          {name: a, rewrite: {regex: a}, proxy: {upstream: shop}} | 4:29: routes[0].rewrite: expected stripPrefix and addPrefix, or one of them, or regex and to
          {name: a, rewrite: {regex: a, to: b, addPrefix: /c}, proxy: {upstream: shop}} | 4:29: routes[0].rewrite: expected stripPrefix and addPrefix, or one of them, or regex and to
          {name: a, rewrite: {stripPrefix: x}, proxy: {upstream: shop}} | 4:43: routes[0].rewrite.stripPrefix: expected a path that starts with /, found 'x'
          {name: a, rewrite: {regex: "(", to: /}, proxy: {upstream: shop}} | 4:37: routes[0].rewrite.regex: expected a regular expression (RE2), found missing closing )
          {name: a, rewrite: {regex: "(a)", to: "/$2"}, proxy: {upstream: shop}} | 4:48: routes[0].rewrite.to: expected a path without query in which $0 to $1 stand for groups, found '/$2'
          {name: a, rewrite: {regex: "(a)", to: "/$1?x"}, proxy: {upstream: shop}} | 4:48: routes[0].rewrite.to: expected a path without query in which $0 to $1 stand for groups, found '/$1?x'
          {name: a, redirect: {to: "//evil.example"}} | 4:35: routes[0].redirect.to: expected a path or an absolute http(s) URI, found '//evil.example'
          {name: a, redirect: {to: "/${request.query}"}} | 4:35: routes[0].redirect.to: expected a path or an absolute http(s) URI, found '/${request.query}'
          {name: a, redirect: {to: "/${request.path}"}} | 4:35: routes[0].redirect.to: expected a path or an absolute http(s) URI, found '/${request.path}'
          {name: a, redirect: {to: "https://a.example${request.query}"}} | 4:35: routes[0].redirect.to: expected a path or an absolute http(s) URI, found 'https://a.example${request.query}'
          {name: a, match: {when: "request.path"}, respond: {}} | 4:34: routes[0].match.when: expected a CEL expression that is true or false: at its line 1, column 8, expected type 'bool' but found 'string', found 'request.path'
          {name: a, access: {allow: [ofice]}, respond: {}} | 4:37: routes[0].access.allow[0]: no list is named 'ofice'; did you mean office?
          {name: a, access: {deny: [x]}, respond: {}} | 4:36: routes[0].access.deny[0]: no list is named 'x'; there is office
          {name: a, proxy: {}} | 4:27: routes[0].proxy: expected either upstream or weighted, with one upstream at least
          {name: a, proxy: {upstream: shop, weighted: {shop: 1}}} | 4:27: routes[0].proxy: expected either upstream or weighted, with one upstream at least
          {name: a, proxy: {weighted: {shop: 95, shpo: 5}}} | 4:55: routes[0].proxy.weighted.shpo: no upstream is named 'shpo'; did you mean shop?
          {name: a, proxy: {weighted: {shop: 0}}} | 4:38: routes[0].proxy.weighted: expected one weight over 0 at least
          {name: a, proxy: {weighted: {shop: -1}}} | 4:45: routes[0].proxy.weighted.shop: expected 0 to 1000000, found -1
          {name: a, proxy: {weighted: {shop: x}}} | 4:45: routes[0].proxy.weighted.shop: expected a whole number, found 'x'
          {name: a, proxy: {upstream: shop, mirror: {upstream: shop}}} | 4:63: routes[0].proxy.mirror.upstream: expected another upstream than one that answers
          {name: a, proxy: {weighted: {shop: 1}, mirror: {upstream: shop}}} | 4:68: routes[0].proxy.mirror.upstream: expected another upstream than one that answers
          {name: a, proxy: {upstream: shop, mirror: {upstream: shpo}}} | 4:63: routes[0].proxy.mirror.upstream: no upstream is named 'shpo'; did you mean shop?
          {name: a, proxy: {upstream: shop, mirror: {upstream: x, percent: 101}}} | 4:63: routes[0].proxy.mirror.upstream: no upstream is named 'x'; there is shop; 4:75: routes[0].proxy.mirror.percent: expected 0 to 100, found 101
          {name: a, respond: {contentType: "a\\nb"}} | 4:43: routes[0].respond.contentType: expected a media type, found 'a?b'
          {name: a, redirect: {to: "ftp://x"}} | 4:35: routes[0].redirect.to: expected a path or an absolute http(s) URI, found 'ftp://x'
          {name: a, cache: {key: {headers: ["a b"]}}, proxy: {upstream: shop}} | 4:44: routes[0].cache.key.headers[0]: expected the name of a field, found 'a b'
          """)
  void aBrokenRouteIsSaid(String routes, String error) {
    String yaml =
        """
        listeners: [{name: http, bind: "127.0.0.1:80"}]
        upstreams: [{name: shop, backends: [{address: "http://127.0.0.1:1"}]}]
        rateLimits: [{name: slow, key: route, rate: 1/s}]
        routes: [%s]
        access: [{name: office, cidrs: [10.0.0.0/8]}]
        """
            .formatted(routes);
    assertThat(Configs.errors(yaml))
        .containsExactly(error.replace("NORMAL", NORMAL).split("; (?=\\d)", -1));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {name: a} | 3:10: access[0]: expected cidrs or a file, found neither
          {name: a, cidrs: [10.0.0.1/8]} | 3:28: access[0].cidrs[0]: expected the first address of the block, 10.0.0.0/8, found '10.0.0.1/8'
          {name: a, file: no.txt} | 3:26: access[0].file: expected a readable file of at most 16MiB, found 'no.txt'
          {name: a, file: pom.xml} | 3:26: access[0].file: expected a file of CIDRs, one a line (line 1 is '<?xml version="1.0" encoding="UTF-8"?>'), found 'pom.xml'
          {name: a, cidrs: ["::1"]}, {name: a, cidrs: ["::1"]} | 3:44: access[1].name: 'a' is already the name of access[0]
          """)
  void aBrokenListIsSaid(String lists, String error) {
    String yaml =
        """
        listeners: [{name: http, bind: "127.0.0.1:80"}]
        routes: [{name: r, respond: {}}]
        access: [%s]
        """
            .formatted(lists);
    assertThat(Configs.errors(yaml)).containsExactly(error);
  }
}
