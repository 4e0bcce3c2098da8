package io.atoll.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions of an upstream over the API. */
class SessionsApiTest {
  private static final String TOKEN = "a-token-for-this-test";

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path directory;

  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode(Files.writeString(directory.resolve("admin.token"), TOKEN));
  }

  @AfterEach
  void stop() {
    http.close();
    node.close();
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(node.uri().resolve("/api/v1/upstreams/" + path))
            .header("Authorization", "Bearer " + TOKEN)
            .method(method, BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void sessionsAreCountedAndListedByHandle() throws Exception {
    HttpResponse<String> response = send("GET", "shop/sessions");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            """
            {"upstream":"shop","mode":"table","total":7,"backends":{"127.0.0.1:9001":7},\
            "elsewhere":0,"sessions":[{"handle":"%s","backend":"127.0.0.1:9001",\
            "ageSeconds":60,"idleSeconds":5}]}\
            """
                .formatted(TestNode.SESSION));
  }

  @Test
  void aPageSaysWhereTheNextBegins() throws Exception {
    assertThat(send("GET", "shop/sessions?limit=1&backend=127.0.0.1:9001").body())
        .endsWith("\"next\":\"" + TestNode.SESSION + "\"}");
  }

  @Test
  void aSessionIsEndedByItsHandle() throws Exception {
    HttpResponse<String> response = send("DELETE", "shop/sessions/" + TestNode.SESSION);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"ended\":1}");
    assertThat(node.ended).containsExactly(TestNode.SESSION);
  }

  @Test
  void allSessionsOfABackendAreEnded() throws Exception {
    HttpResponse<String> response = send("DELETE", "shop/sessions?backend=127.0.0.1%3A9001");
    assertThat(response.body()).isEqualTo("{\"ended\":7}");
    assertThat(node.ended).containsExactly("all on 127.0.0.1:9001");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,other/sessions,404,There is no upstream other.",
    "GET,sealed/sessions,409,The sessions of sealed are in the clients' cookies and nowhere else.",
    "DELETE,stateless/sessions?backend=127.0.0.1:9001,409,Upstream stateless has no stickySession.",
    "GET,shop/sessions?limit=0,400,limit: expected 1 to 1000.",
    "GET,shop/sessions?limit=1001,400,limit: expected 1 to 1000.",
    "GET,shop/sessions?limit=x,400,limit: expected 1 to 1000.",
    "GET,shop/sessions?after=x,400,after: expected a handle.",
    "GET,shop/sessions?backend=x,400,backend: expected HOST:PORT.",
    "DELETE,shop/sessions,400,'backend: say on which, as HOST:PORT.'",
    "DELETE,shop/sessions/x,404,Upstream shop has no session x.",
    "DELETE,shop/sessions/BBBBBBBBBBBBBBBBBBBBBB,404,Upstream shop has no session BBBB",
    "POST,shop/sessions,405,'Allowed here: DELETE, GET, HEAD.'",
    "GET,shop/sessions/AAAAAAAAAAAAAAAAAAAAAA,405,Allowed here: DELETE.",
    "GET,shop/sessions/a/b,404,There is nothing at this path.",
  })
  void whatCanNotBeDoneIsSaid(String method, String path, int status, String detail)
      throws Exception {
    HttpResponse<String> response = send(method, path);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(response.body()).contains(detail);
  }

  @Test
  void whoComesWhileOthersLookIsToldToComeAgain() throws Exception {
    node.busy = true;
    assertThat(send("GET", "shop/sessions").statusCode()).isEqualTo(503);
  }

  @Test
  void withoutTheTokenNothingIsShown() throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(node.uri().resolve("/api/v1/upstreams/shop/sessions")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(401);
  }
}
