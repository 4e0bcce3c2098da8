package io.atoll.config;

import java.util.List;

/** Pages for failures, of all routes or of one. */
final class ErrorPageRules {
  private final Checks checks;

  ErrorPageRules(Checks checks) {
    this.checks = checks;
  }

  void check(List<ErrorPageConfig> pages) {
    for (int i = 0; i < pages.size(); i++) {
      ErrorPageConfig page = pages.get(i);
      checks.demand(
          page.status().first() >= 400,
          page,
          "status",
          "expected a status from 400 to 599, or a range of them, found " + page.status());
      for (ErrorPageConfig before : pages.subList(0, i)) {
        checks.demand(
            !before.status().contains(page.status().first())
                || !before.status().contains(page.status().last())
                || checks.unread(before, "")
                || checks.unread(page, "")
                || !before.file().mediaType().equals(page.file().mediaType()),
            page,
            "",
            "is never used: " + checks.pathOf(before) + " has its status and media type");
      }
    }
  }
}
