package io.atoll.edge.discovery;

import io.atoll.config.HostPort;
import io.atoll.config.UpstreamConfig.Discovery;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsServerAddressStream;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Look-ups on an event loop, over UDP from a port of its own for each question, and over TCP where
 * the answer was cut off. Thread-safe.
 */
final class DnsLookup implements Lookup {
  /** For one question to one server. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Name servers that are asked, those of the system too. */
  private static final int SERVERS = 6;

  /** What passes every network in one piece (the DNS flag day of 2020). */
  private static final int LARGEST_DATAGRAM = 1232;

  /** Targets of SRV records that are looked up at once. */
  private static final int AT_ONCE = 16;

  private final Discovery what;
  private final EventLoop loop;
  private final DnsNameResolver resolver;

  /** For one name; nothing is asked yet. */
  DnsLookup(Vertx vertx, Discovery what) {
    this.what = what;
    this.loop = ((VertxInternal) vertx).getOrCreateContext().nettyEventLoop();
    this.resolver = resolver(loop, ((VertxInternal) vertx).transport());
  }

  private static DnsNameResolver resolver(EventLoop loop, Transport transport) {
    return new DnsNameResolverBuilder(loop)
        .datagramChannelFactory(transport.datagramChannelFactory())
        .socketChannelFactory(() -> (SocketChannel) transport.channelFactory(false).newChannel())
        .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
        .queryTimeoutMillis(PATIENCE.toMillis())
        .maxPayloadSize(LARGEST_DATAGRAM)
        .build();
  }

  @Override
  public CompletableFuture<Reply<Found>> look() {
    CompletableFuture<Reply<Found>> reply = new CompletableFuture<>();
    Inquiry inquiry = new Inquiry(resolver, servers());
    var _ = reply.whenComplete((_, _) -> inquiry.end());
    try {
      loop.execute(
          () -> {
            var _ = look(inquiry).thenAccept(reply::complete);
          });
    } catch (RejectedExecutionException e) {
      reply.complete(new Reply.Failed<>("shutting down", false));
    }
    return reply;
  }

  private List<InetSocketAddress> servers() {
    List<InetSocketAddress> servers = new ArrayList<>();
    for (HostPort server : what.servers()) {
      servers.add(new InetSocketAddress(server.host(), server.port()));
    }
    if (servers.isEmpty()) {
      DnsServerAddressStream ofTheSystem =
          DnsServerAddressStreamProviders.platformDefault().nameServerAddressStream(what.dns());
      for (int i = 0; i < ofTheSystem.size(); i++) {
        servers.add(ofTheSystem.next());
      }
    }
    return servers.stream().distinct().limit(SERVERS).toList();
  }

  private CompletableFuture<Reply<Found>> look(Inquiry inquiry) {
    return switch (what.records()) {
      case address -> {
        int port = Objects.requireNonNull(what.port()); // the rules see to it
        yield addresses(inquiry, what.dns())
            .thenApply(reply -> reply.map(all -> Services.at(all, port)));
      }
      case srv ->
          inquiry
              .ask(what.dns(), DnsRecordType.SRV, DnsLookup::service)
              .thenCompose(reply -> resolved(inquiry, reply));
    };
  }

  /** Half an answer would take away every backend of one family: both have to say something. */
  private static CompletableFuture<Reply<InetAddress>> addresses(Inquiry inquiry, String name) {
    return inquiry
        .ask(name, DnsRecordType.A, DnsLookup::address)
        .thenCombine(inquiry.ask(name, DnsRecordType.AAAA, DnsLookup::address), Reply::together);
  }

  private static CompletableFuture<Reply<Found>> resolved(
      Inquiry inquiry, Reply<ServiceRecord> reply) {
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
        yield new Targets(inquiry, targets, some.timeToLive())
            .resolve(0)
            .thenApply(all -> all.reply(records));
      }
    };
  }

  /** The addresses of the targets of SRV records, a few looked up at a time. */
  private static final class Targets {
    private final Inquiry inquiry;
    private final List<String> names;
    private final Map<String, List<InetAddress>> found = new HashMap<>();
    private Duration timeToLive;
    private Reply.@Nullable Failed<InetAddress> failure;

    Targets(Inquiry inquiry, List<String> names, Duration timeToLive) {
      this.inquiry = inquiry;
      this.names = names;
      this.timeToLive = timeToLive;
    }

    CompletableFuture<Targets> resolve(int from) {
      if (from >= names.size() || failure != null) {
        return CompletableFuture.completedFuture(this);
      }
      List<String> some = names.subList(from, Math.min(names.size(), from + AT_ONCE));
      List<CompletableFuture<Reply<InetAddress>>> asked =
          some.stream().map(name -> addresses(inquiry, name)).toList();
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
          found.put(name, some.items());
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
      List<Found> all = Services.of(records, found);
      return all.isEmpty()
          ? new Reply.None<>("no target has an address")
          : new Reply.Some<>(all, timeToLive);
    }
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
