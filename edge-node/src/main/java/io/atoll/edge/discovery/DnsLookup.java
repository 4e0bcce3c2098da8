package io.atoll.edge.discovery;

import io.atoll.config.HostPort;
import io.atoll.config.UpstreamConfig.Discovery;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Look-ups by Netty's resolver on an event loop, over UDP from a port of its own for each, and over
 * TCP where the answer was cut off. Aliases are followed; of their own times to live nothing comes
 * through, for which {@code refresh} is the bound. Thread-safe.
 */
final class DnsLookup implements Lookup {
  /** For one question to one server. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Questions to servers for one record set, those that follow aliases among them. */
  private static final int QUESTIONS = 6;

  /** What passes every network in one piece (the DNS flag day of 2020). */
  private static final int LARGEST_DATAGRAM = 1232;

  /** Targets of SRV records that are looked up at once. */
  private static final int AT_ONCE = 16;

  private final Discovery what;
  private final DnsNameResolver resolver;

  /** For one name; nothing is asked yet. */
  DnsLookup(Vertx vertx, Discovery what) {
    this.what = what;
    this.resolver = resolver((VertxInternal) vertx, what.servers());
  }

  private static DnsNameResolver resolver(VertxInternal vertx, List<HostPort> servers) {
    Transport transport = vertx.transport();
    DnsNameResolverBuilder builder =
        new DnsNameResolverBuilder(vertx.getOrCreateContext().nettyEventLoop())
            .datagramChannelFactory(transport.datagramChannelFactory())
            .socketChannelFactory(
                () -> (SocketChannel) transport.channelFactory(false).newChannel())
            .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
            .resolveCache(NoopDnsCache.INSTANCE)
            .cnameCache(NoopDnsCnameCache.INSTANCE)
            .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
            .hostsFileEntriesResolver((_, _) -> null)
            .queryTimeoutMillis(PATIENCE.toMillis())
            .maxQueriesPerResolve(QUESTIONS)
            .maxPayloadSize(LARGEST_DATAGRAM);
    if (!servers.isEmpty()) {
      builder.nameServerProvider(
          new SequentialDnsServerAddressStreamProvider(
              servers.stream()
                  .map(server -> new InetSocketAddress(server.host(), server.port()))
                  .toList()));
    }
    return builder.build();
  }

  @Override
  public CompletionStage<Reply<Found>> look() {
    return switch (what.records()) {
      case address -> {
        int port = Objects.requireNonNull(what.port()); // the rules see to it
        yield addresses(what.dns()).thenApply(reply -> reply.map(all -> Services.at(all, port)));
      }
      case srv ->
          ask(what.dns(), DnsRecordType.SRV, DnsLookup::service).thenCompose(this::resolved);
    };
  }

  /** Half an answer would take away every backend of one family: both have to say something. */
  private CompletableFuture<Reply<InetAddress>> addresses(String name) {
    return ask(name, DnsRecordType.A, DnsLookup::address)
        .thenCombine(ask(name, DnsRecordType.AAAA, DnsLookup::address), Reply::together);
  }

  private CompletableFuture<Reply<Found>> resolved(Reply<ServiceRecord> reply) {
    return switch (reply) {
      case Reply.None<ServiceRecord> none ->
          CompletableFuture.completedFuture(new Reply.None<>(none.why()));
      case Reply.Failed<ServiceRecord> failed ->
          CompletableFuture.completedFuture(new Reply.Failed<>(failed.why(), failed.late()));
      case Reply.Some<ServiceRecord> some -> {
        List<ServiceRecord> records =
            some.items().stream()
                .distinct()
                .sorted(ServiceRecord.ORDER)
                .limit(Services.MOST)
                .toList();
        List<String> targets = records.stream().map(ServiceRecord::target).distinct().toList();
        yield new Targets(targets, some.timeToLive())
            .resolve(0)
            .thenApply(all -> all.reply(records));
      }
    };
  }

  /** The addresses of the targets of SRV records, a few looked up at a time. */
  private final class Targets {
    private final List<String> names;
    private final Map<String, List<InetAddress>> addresses = new HashMap<>();
    private Duration timeToLive;
    private Reply.@Nullable Failed<InetAddress> failure;

    Targets(List<String> names, Duration timeToLive) {
      this.names = names;
      this.timeToLive = timeToLive;
    }

    CompletableFuture<Targets> resolve(int from) {
      if (from >= names.size() || failure != null) {
        return CompletableFuture.completedFuture(this);
      }
      List<String> some = names.subList(from, Math.min(names.size(), from + AT_ONCE));
      List<CompletableFuture<Reply<InetAddress>>> asked =
          some.stream().map(DnsLookup.this::addresses).toList();
      return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
          .thenCompose(
              _ -> {
                for (int i = 0; i < some.size(); i++) {
                  take(some.get(i), asked.get(i).join());
                }
                return resolve(from + AT_ONCE);
              });
    }

    private void take(String name, Reply<InetAddress> reply) {
      switch (reply) {
        case Reply.Some<InetAddress> some -> {
          addresses.put(name, some.items());
          timeToLive = Reply.shorter(timeToLive, some.timeToLive());
        }
        case Reply.None<InetAddress> _ -> {} // gone, while its record is still there
        case Reply.Failed<InetAddress> failed -> failure = failed;
      }
    }

    Reply<Found> reply(List<ServiceRecord> records) {
      if (failure != null) {
        return new Reply.Failed<>(failure.why(), failure.late());
      }
      List<Found> found = Services.of(records, addresses);
      return found.isEmpty()
          ? new Reply.None<>("no target has an address")
          : new Reply.Some<>(found, timeToLive);
    }
  }

  private <T> CompletableFuture<Reply<T>> ask(
      String name, DnsRecordType type, Function<DnsRecord, @Nullable T> read) {
    CompletableFuture<Reply<T>> reply = new CompletableFuture<>();
    try {
      resolver
          .resolveAll(new DefaultDnsQuestion(name, type))
          .addListener(
              (Future<List<DnsRecord>> done) ->
                  reply.complete(
                      done.isSuccess() ? taken(done.getNow(), read) : refused(done.cause())));
    } catch (RuntimeException e) {
      reply.complete(new Reply.Failed<>(String.valueOf(e.getMessage()), false)); // shutting down
    }
    return reply;
  }

  /** Records count as references do: they are read and let go. */
  private static <T> Reply<T> taken(
      List<DnsRecord> records, Function<DnsRecord, @Nullable T> read) {
    List<T> items = new ArrayList<>();
    long seconds = Long.MAX_VALUE;
    for (DnsRecord record : records) {
      T item = read.apply(record);
      if (item != null) {
        items.add(item);
        seconds = Math.min(seconds, record.timeToLive());
      }
      ReferenceCountUtil.release(record);
    }
    return items.isEmpty()
        ? new Reply.None<>("no such records")
        : new Reply.Some<>(List.copyOf(new HashSet<>(items)), Duration.ofSeconds(seconds));
  }

  /** Of a server that refuses, Netty says no more than of one that has nothing. */
  private static <T> Reply<T> refused(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DnsErrorCauseException error) {
        return error.getCode().equals(DnsResponseCode.NXDOMAIN)
            ? new Reply.None<>("no such name")
            : new Reply.Failed<>(error.getCode().toString(), false);
      }
      if (DnsNameResolver.isTimeoutError(cause)) {
        return new Reply.Failed<>("no answer in time", true);
      }
    }
    return failure instanceof UnknownHostException && failure.getCause() == null
        ? new Reply.None<>("no such records")
        : new Reply.Failed<>(String.valueOf(failure.getMessage()), false);
  }

  private static @Nullable InetAddress address(DnsRecord record) {
    if (!(record instanceof ByteBufHolder data)) {
      return null;
    }
    try {
      return InetAddress.getByAddress(ByteBufUtil.getBytes(data.content()));
    } catch (UnknownHostException _) {
      return null; // of a length that no address has
    }
  }

  private static @Nullable ServiceRecord service(DnsRecord record) {
    return record instanceof ByteBufHolder data ? ServiceRecord.read(data.content()) : null;
  }

  @Override
  public void close() {
    resolver.close();
  }
}
