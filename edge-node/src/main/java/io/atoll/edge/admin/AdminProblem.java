package io.atoll.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;

/** A request of the API that can't be carried out, and its problem document (RFC 9457). */
final class AdminProblem extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * The document.
   *
   * @param type {@code about:blank}: the status says it all
   * @param title the status in words
   * @param status of the response
   * @param detail a sentence for people
   * @param errors everything that is wrong, where there may be more than one thing
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Document(String type, String title, int status, String detail, List<String> errors) {}

  private final transient Document document;

  private AdminProblem(int status, String detail, List<String> errors) {
    super(detail, null, false, false);
    this.document =
        new Document(
            "about:blank",
            HttpResponseStatus.valueOf(status).reasonPhrase(),
            status,
            detail,
            List.copyOf(errors));
  }

  static AdminProblem of(int status, String detail) {
    return new AdminProblem(status, detail, List.of());
  }

  static AdminProblem of(int status, String detail, List<String> errors) {
    return new AdminProblem(status, detail, errors);
  }

  static AdminProblem badRequest(String detail) {
    return of(400, detail);
  }

  static AdminProblem badRequest(String detail, List<String> errors) {
    return of(400, detail, errors);
  }

  Document document() {
    return document;
  }
}
