package io.atoll.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import tools.jackson.databind.json.JsonMapper;

/** What goes back from the admin server. */
record Answer(int status, String type, Buffer body) {
  static final String JSON = "application/json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(
              always -> always.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  static Future<Answer> json(Object value) {
    return Future.succeededFuture(json(200, value));
  }

  static Answer json(int status, Object value) {
    return new Answer(status, JSON, Buffer.buffer(MAPPER.writeValueAsBytes(value)));
  }

  static Answer problem(AdminProblem problem) {
    AdminProblem.Document document = problem.document();
    return new Answer(
        document.status(),
        "application/problem+json",
        Buffer.buffer(MAPPER.writeValueAsBytes(document)));
  }
}
