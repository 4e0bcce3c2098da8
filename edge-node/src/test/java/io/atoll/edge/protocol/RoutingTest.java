package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which route has a request, of several that could: the order of precedence, as a table. */
class RoutingTest {
  private static TestNode node;

  @BeforeAll
  static void start() {
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            routes:
              - {name: slash, match: {hosts: [a.test]}, respond: {body: slash}}
              - {name: api, match: {hosts: [a.test], path: /api}, respond: {body: api}}
              - {name: api-put, match: {hosts: [a.test], path: /api, methods: [PUT]}, respond: {body: api-put}}
              - {name: api-beta, match: {hosts: [a.test], path: /api, headers: {X-Beta: "1"}}, respond: {body: api-beta}}
              - name: api-put-beta
                match: {hosts: [a.test], path: /api, headers: {X-Beta: "1"}, methods: [PUT]}
                respond: {body: api-put-beta}
              - {name: exact, match: {hosts: [a.test], path: {exact: /api/x}, methods: [GET]}, respond: {body: exact}}
              - {name: deep, match: {hosts: [a.test], path: /api/deep, methods: [GET]}, respond: {body: deep}}
              - {name: versions, match: {hosts: [a.test], path: {regex: "^/v[0-9]+/"}}, respond: {body: versions}}
              - {name: pictures, match: {hosts: [a.test], path: {regex: "[.]png$"}}, respond: {body: pictures}}
              - {name: v2, match: {hosts: [a.test], path: /v2}, respond: {body: v2}}
              - {name: only-get, match: {hosts: [only.test], methods: [GET]}, respond: {body: only-get}}
              - name: when
                match:
                  hosts: [when.test]
                  when: "request.path.endsWith('.json') && client.ip == '127.0.0.1' && request.headers['x-beta'] == '1'"
                respond: {body: when}
              - {name: no-when, match: {hosts: [when.test]}, respond: {body: no-when}}
              - {name: wild, match: {hosts: ["*.test"], path: /wild}, respond: {body: wild}}
              - {name: any, match: {path: /wild}, respond: {body: any}}
              - {name: any-exact, match: {path: {exact: /wild/x}}, respond: {body: any-exact}}
              - {name: deeper, match: {hosts: ["*.deep.test"]}, respond: {body: deeper}}
              - {name: named, match: {hosts: [One.Deep.Test], path: /wild/z}, respond: {body: named}}
              - {name: first, match: {hosts: [tie.test], methods: [GET]}, respond: {body: first}}
              - {name: second, match: {hosts: [tie.test], headers: {X-A: "1"}}, respond: {body: second}}
              - {name: third, match: {hosts: [tie.test], when: "request.path == '/third'", methods: [GET]}, respond: {body: third}}
              - {name: six, match: {hosts: ["[2001:db8::1]"]}, respond: {body: six}}
              - {name: root-regex, match: {hosts: [regex.test], path: {regex: "^/"}}, respond: {body: root-regex}}
              - {name: root-all, match: {hosts: [regex.test], methods: [GET]}, respond: {body: root-all}}
            """);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest(name = "{0} {1}{2} {3} -> {4}")
  @CsvSource(
      textBlock =
          """
          GET,    a.test,    /other,       ,                slash
          GET,    a.test,    /api,         ,                api
          GET,    a.test,    /api/y,       ,                api
          PUT,    a.test,    /api/y,       ,                api-put
          GET,    a.test,    /api/y,       X-Beta: 1,       api-beta
          GET,    a.test,    /api/y,       x-beta:  1 ,     api-beta
          GET,    a.test,    /api/y,       X-Beta: 0~X-Beta: 1, api-beta
          GET,    a.test,    /api/y,       X-Beta: 10,      api
          PUT,    a.test,    /api/y,       X-Beta: 1,       api-put-beta
          GET,    a.test,    /api/x,       X-Beta: 1,       exact
          PUT,    a.test,    /api/x,       ,                api-put
          POST,   a.test,    /api/x,       ,                api
          GET,    a.test,    /api/deep/z,  X-Beta: 1,       deep
          DELETE, a.test,    /api/deep/z,  ,                api
          GET,    a.test,    /v1/a.png,    ,                versions
          GET,    a.test,    /v2/a.png,    ,                v2
          GET,    a.test,    /a.png,       ,                pictures
          GET,    a.test,    /api/a.png,   ,                api
          GET,    a.test,    /%61.pn%67,   ,                pictures
          GET,    a.test,    /w/../v7/,    ,                versions
          GET,    only.test, /wild,        ,                only-get
          POST,   only.test, /wild,        ,                wild
          POST,   only.test, /,            ,                404
          HEAD,   only.test, /,            ,                404
          GET,    when.test, /a.json,      X-Beta: 1,       when
          GET,    when.test, /%61.jso%6e,  x-beta: 1,       when
          GET,    when.test, /a.html,      X-Beta: 1,       no-when
          GET,    when.test, /a.json,      X-Beta: 2,       no-when
          GET,    when.test, /a.json,      X-Beta: 1~X-Beta: 2, no-when
          GET,    when.test, /a.json,      ,                no-when
          GET,    no.test,   /,            ,                404
          GET,    no.test,   /wild/x,      ,                wild
          GET,    test,      /wild,        ,                any
          GET,    elsewhere, /wild/x,      ,                any-exact
          GET,    a.b.deep.test, /wild/x,  ,                deeper
          GET,    one.deep.test, /wild/z/, ,                named
          GET,    ONE.deep.test:81, /wild/z, ,              named
          GET,    one.deep.test., /wild/z, ,                named
          GET,    one.deep.test, /wild/y,  ,                deeper
          GET,    deep.test, /wild/y,      ,                wild
          GET,    tie.test,  /,            X-A: 1,          first
          PUT,    tie.test,  /,            X-A: 1,          second
          GET,    tie.test,  /third,       X-A: 1,          third
          PUT,    tie.test,  /third,       ,                404
          GET,    [2001:db8::1], /,        ,                six
          GET,    [2001:DB8::1]:80, /,     ,                six
          GET,    regex.test, /,           ,                root-regex
          GET,    a.test,    /api%2Fy,     ,                slash
          GET,    a.test,    /api;y/x,     ,                slash
          GET,    a.test,    //api,        ,                api
          GET,    a.test,    /API,         ,                slash
          GET,    a.test,    http://tie.test/, ,            first
          GET,    no.test,   HTTP://A.test:80/api/q, ,      api
          GET,    a.test,    https://a.test, ,              slash
          GET,    a.test,    http://no.test/api, ,          404
          """)
  void theMostSpecificMatchWins(
      String method, String host, String path, @Nullable String fields, String route) {
    String more = fields == null ? "" : fields.replace("~", "\r\n") + "\r\n";
    try (RawConnection client = node.connect()) {
      client.send(
          "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\nConnection: close\r\n%s\r\n"
              .formatted(method, path, host, more));
      String response = client.readAll();
      if (route.equals("404")) {
        assertThat(response).startsWith("HTTP/1.1 404 ");
      } else {
        assertThat(response).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n" + route);
      }
    }
  }
}
