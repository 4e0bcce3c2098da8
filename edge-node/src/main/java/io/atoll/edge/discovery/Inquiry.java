package io.atoll.edge.discovery;

import io.netty.channel.AddressedEnvelope;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The questions of one look-up. Each is put to one name server after the other until one knows:
 * that there is something, or that there is nothing. Those that gave no answer to one question are
 * asked the others last, so that a server that is down costs its patience once and not once a
 * question. Confined to the resolver's event loop, but for {@link #end}.
 */
final class Inquiry {
  /** Aliases behind one name (RFC 1034 section 3.6.2 wants no chains of them). */
  private static final int ALIASES = 8;

  private final DnsNameResolver resolver;
  private final List<InetSocketAddress> servers;
  private volatile boolean ended;

  /**
   * Nothing is asked yet.
   *
   * @param resolver carries single questions
   * @param servers one or more, in the order in which they are asked
   */
  Inquiry(DnsNameResolver resolver, List<InetSocketAddress> servers) {
    this.resolver = resolver;
    this.servers = new ArrayList<>(servers);
  }

  /** Asks nothing more; what is under way is not heard. From any thread. */
  void end() {
    ended = true;
  }

  /**
   * Asks for the records of a name; aliases are followed. Never fails.
   *
   * @param read what a record says; null: nothing that is of use
   */
  <T> CompletableFuture<Reply<T>> ask(
      String name, DnsRecordType type, Function<DnsRecord, @Nullable T> read) {
    return ask(new Asked<>(name, type, read, Duration.ofSeconds(Integer.MAX_VALUE), ALIASES));
  }

  /**
   * What is asked for.
   *
   * @param timeToLive of the aliases so far
   * @param aliases that may still follow
   */
  private record Asked<T>(
      String name,
      DnsRecordType type,
      Function<DnsRecord, @Nullable T> read,
      Duration timeToLive,
      int aliases) {
    Asked<T> behind(String alias, Duration lives) {
      return new Asked<>(alias, type, read, Reply.shorter(timeToLive, lives), aliases - 1);
    }
  }

  private <T> CompletableFuture<Reply<T>> ask(Asked<T> asked) {
    return next(asked, new ArrayDeque<>(servers), new Reply.Failed<>("no name server", false));
  }

  private <T> CompletableFuture<Reply<T>> next(
      Asked<T> asked, Deque<InetSocketAddress> left, Reply.Failed<T> last) {
    InetSocketAddress server = left.poll();
    return server == null || ended
        ? reply(last)
        : put(asked, server)
            .thenCompose(
                reply ->
                    reply instanceof Reply.Failed<T> failed
                        ? next(asked, left, failed)
                        : reply(reply));
  }

  private <T> CompletableFuture<Reply<T>> put(Asked<T> asked, InetSocketAddress server) {
    CompletableFuture<CompletableFuture<Reply<T>>> heard = new CompletableFuture<>();
    try {
      resolver
          .query(server, new DefaultDnsQuestion(asked.name(), asked.type()))
          .addListener(
              (Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> done) ->
                  heard.complete(
                      done.isSuccess()
                          ? taken(asked, done.getNow())
                          : silent(server, done.cause())));
    } catch (RuntimeException e) {
      heard.complete(failed(String.valueOf(e.getMessage()), false)); // shutting down, or no name
    }
    return heard.thenCompose(Function.identity());
  }

  private <T> CompletableFuture<Reply<T>> silent(InetSocketAddress server, Throwable failure) {
    if (servers.remove(server)) {
      servers.add(server);
    }
    return failure instanceof DnsNameResolverTimeoutException
        ? failed("no answer in time", true)
        : failed(String.valueOf(failure.getMessage()), false);
  }

  private <T> CompletableFuture<Reply<T>> taken(
      Asked<T> asked, AddressedEnvelope<DnsResponse, InetSocketAddress> envelope) {
    try {
      DnsResponse response = envelope.content();
      DnsResponseCode code = response.code();
      if (code.equals(DnsResponseCode.NXDOMAIN)) {
        return reply(new Reply.None<>("no such name"));
      }
      // A server that refuses, or can't, knows nothing: that is not the same as knowing of nothing.
      return code.equals(DnsResponseCode.NOERROR)
          ? read(asked, response)
          : failed(code.toString(), false);
    } finally {
      envelope.release();
    }
  }

  /** A server need not follow aliases out of what it knows: then its last one is asked for. */
  private <T> CompletableFuture<Reply<T>> read(Asked<T> asked, DnsResponse response) {
    Map<String, DnsRecord> aliases = aliases(response);
    Asked<T> here = asked;
    for (DnsRecord alias = aliases.remove(plain(here.name()));
        alias != null;
        alias = aliases.remove(plain(here.name()))) {
      String target = target(alias);
      if (target == null || here.aliases() == 0) {
        return failed("aliases without an end", false);
      }
      here = here.behind(target, Duration.ofSeconds(alias.timeToLive()));
    }
    Reply<T> reply = records(here, response);
    boolean elsewhere = here.aliases() < asked.aliases();
    return elsewhere && reply instanceof Reply.None<T> ? ask(here) : reply(reply);
  }

  private static Map<String, DnsRecord> aliases(DnsResponse response) {
    Map<String, DnsRecord> aliases = new HashMap<>();
    for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
      DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
      if (record.type().equals(DnsRecordType.CNAME)) {
        aliases.put(plain(record.name()), record);
      }
    }
    return aliases;
  }

  private static @Nullable String target(DnsRecord alias) {
    try {
      return alias instanceof DnsRawRecord data
          ? DefaultDnsRecordDecoder.decodeName(data.content().duplicate())
          : null;
    } catch (CorruptedFrameException _) {
      return null;
    }
  }

  private static <T> Reply<T> records(Asked<T> asked, DnsResponse response) {
    Set<T> items = new HashSet<>();
    Duration lives = asked.timeToLive();
    for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
      DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
      if (record.type().equals(asked.type()) && plain(record.name()).equals(plain(asked.name()))) {
        T item = asked.read().apply(record);
        if (item != null) {
          items.add(item);
          lives = Reply.shorter(lives, Duration.ofSeconds(record.timeToLive()));
        }
      }
    }
    return items.isEmpty()
        ? new Reply.None<>("no such records")
        : new Reply.Some<>(List.copyOf(items), lives);
  }

  /** Names are compared without regard to case (RFC 4343). */
  private static String plain(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower : lower + ".";
  }

  private static <T> CompletableFuture<Reply<T>> failed(String why, boolean late) {
    return reply(new Reply.Failed<>(why, late));
  }

  private static <T> CompletableFuture<Reply<T>> reply(Reply<T> reply) {
    return CompletableFuture.completedFuture(reply);
  }
}
