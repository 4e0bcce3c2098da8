package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.BackendAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What operators see of every session table. */
public abstract class SessionIndexContract {
  private static final BackendAddress A = new BackendAddress("http", "10.0.0.1", 80);
  private static final BackendAddress B = new BackendAddress("http", "10.0.0.2", 80);
  private static final BackendAddress GONE = new BackendAddress("http", "10.0.0.9", 80);
  private static final Use USE = new Use(1_800_000_000, 1_800_000_060, 600, 0, 0);

  /** An upstream of this test alone. */
  private final String upstream = "shop" + UUID.randomUUID();

  /** Where sessions are made. */
  protected abstract SessionTable table();

  /** Where they are seen, perhaps at another node. */
  protected abstract SessionIndex index();

  private void bind(String session, BackendAddress backend) {
    answer(table().bind(new SessionKey(upstream, session), backend, USE));
  }

  private void bindMany() {
    for (int i = 0; i < 30; i++) {
      bind("on a " + i, A);
    }
    for (int i = 0; i < 12; i++) {
      bind("on b " + i, B);
    }
    bind("on another", GONE);
    // Names of upstreams before and behind this one, whatever way they are put in order.
    for (String end : List.of("-", ".", "0", "a", "_")) {
      answer(table().bind(new SessionKey(upstream + end, "of another upstream"), A, USE));
    }
  }

  @Test
  void sessionsAreCountedByBackend() {
    bindMany();
    assertThat(answer(index().count(upstream, List.of(A, B))))
        .isEqualTo(new SessionIndex.Counts(Map.of(A, 30L, B, 12L), 1));
  }

  @Test
  void aBackendThatChangesItsSchemeKeepsItsSessions() {
    bindMany();
    BackendAddress secured = new BackendAddress("https", A.host(), A.port());
    BackendAddress nextPort = new BackendAddress("http", A.host(), A.port() + 1);
    bind("on a by tls", secured);
    assertThat(answer(index().count(upstream, List.of(B, nextPort, secured))))
        .isEqualTo(new SessionIndex.Counts(Map.of(B, 12L, nextPort, 0L, secured, 31L), 1));
    assertThat(answer(index().list(upstream, secured, "", 100))).hasSize(31);
  }

  @Test
  void anUpstreamWithoutSessionsHasNone() {
    assertThat(answer(index().count(upstream, List.of(A))))
        .isEqualTo(new SessionIndex.Counts(Map.of(A, 0L), 0));
    assertThat(answer(index().list(upstream, null, "", 10))).isEmpty();
  }

  @Test
  void aWalkOverPagesMeetsEverySessionOnceInTheOrderOfHandles() {
    bindMany();
    List<String> handles = new ArrayList<>();
    List<SessionIndex.Listed> page = answer(index().list(upstream, null, "", 10));
    while (!page.isEmpty()) {
      assertThat(page).hasSizeLessThanOrEqualTo(10);
      page.forEach(session -> handles.add(session.handle()));
      page = answer(index().list(upstream, null, handles.getLast(), 10));
    }
    assertThat(handles).hasSize(43).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void aSessionIsShownWithItsTimesAndWithoutItsIdentifier() {
    bind("a-secret-identifier", A);
    assertThat(answer(index().list(upstream, null, "", 10)))
        .singleElement()
        .satisfies(
            session -> {
              assertThat(session.binding()).isEqualTo(Binding.first(A, USE));
              assertThat(session.toString()).doesNotContain("secret-identifier");
              assertThat(session.handle()).matches("[A-Za-z0-9_-]{22}");
            });
  }

  @Test
  void thoseOfOneBackendAreListed() {
    bindMany();
    assertThat(answer(index().list(upstream, B, "", 100)))
        .hasSize(12)
        .allMatch(session -> session.binding().backend().equals(B));
  }

  @Test
  void aSessionIsEndedByItsHandleOnce() {
    bind("one", A);
    bind("other", A);
    SessionIndex.Listed first = answer(index().list(upstream, null, "", 10)).getFirst();
    assertThat(answer(index().end(upstream, first.handle(), USE))).isTrue();
    assertThat(answer(index().end(upstream, first.handle(), USE))).isFalse();
    assertThat(answer(index().end(upstream + "-", first.handle(), USE))).isFalse();
    assertThat(answer(index().list(upstream, null, "", 10))).hasSize(1).doesNotContain(first);
    assertThat(answer(index().count(upstream, List.of(A))).backends()).containsEntry(A, 1L);
  }

  @Test
  void allOfABackendAreEndedAndNoOthers() {
    bindMany();
    assertThat(answer(index().endAll(upstream, A, USE))).isEqualTo(30);
    assertThat(answer(index().endAll(upstream, A, USE))).isZero();
    assertThat(answer(index().count(upstream, List.of(A, B))))
        .isEqualTo(new SessionIndex.Counts(Map.of(A, 0L, B, 12L), 1));
    assertThat(answer(table().find(new SessionKey(upstream, "on a 7"), USE)).orElseThrow().ended())
        .isTrue();
    assertThat(answer(index().count(upstream + "-", List.of(A))).backends()).containsEntry(A, 1L);
  }

  @Test
  void whatANodeKeepsIsCounted() {
    long before = index().kept();
    bindMany();
    await().until(() -> index().kept() > before);
  }

  private static <T> T answer(CompletionStage<T> call) {
    return call.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
