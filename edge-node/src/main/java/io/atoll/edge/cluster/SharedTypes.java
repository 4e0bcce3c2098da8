package io.atoll.edge.cluster;

import io.atoll.config.BackendAddress;
import io.atoll.edge.cache.FillLease;
import io.atoll.edge.capacity.Share;
import io.atoll.edge.health.BackendKey;
import io.atoll.edge.health.Report;
import io.atoll.edge.ratelimit.Grant;
import io.atoll.edge.session.Binding;
import io.atoll.edge.session.Use;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every class that crosses the wire between members, each a record of the types that Compact
 * serialization knows. Nothing else is deserialized.
 */
final class SharedTypes {
  private static final List<Class<?>> BUDGETS =
      List.of(ChangeBucket.class, SetBucket.class, Grant.class);

  private static final List<Class<?>> VERDICTS =
      List.of(BackendKey.class, Report.class, ReportKey.class);

  private static final List<Class<?>> ORDERS =
      List.of(
          SharedOrder.class,
          SharedOrders.class,
          OrderRecords.Replace.class,
          OrderRecords.LaterWins.class);

  private static final List<Class<?>> TRAFFIC = List.of(SharedFigures.class, TrafficKey.class);

  private static final List<Class<?>> SHARES =
      List.of(ClaimShare.class, SetShares.class, Share.class, SharedShares.class);

  private static final List<Class<?>> SESSIONS =
      List.of(
          BackendAddress.class,
          Binding.class,
          SessionRecords.Find.class,
          SessionRecords.Bind.class,
          SessionRecords.Move.class,
          SessionRecords.End.class,
          CountSessions.class,
          FirstSessions.class,
          Use.class,
          SessionRecords.NewerWins.class);

  private static final List<Class<?>> CACHE =
      List.of(
          AcquireLease.class,
          AddVariant.class,
          FillLease.class,
          LeaseReply.class,
          PurgeRecord.class,
          PurgesSeen.class,
          ReleaseLease.class,
          SharedHead.class,
          SharedHeads.class);

  static final List<Class<?>> ALL =
      Stream.of(BUDGETS, VERDICTS, ORDERS, TRAFFIC, SHARES, SESSIONS, CACHE)
          .flatMap(List::stream)
          .toList();

  private SharedTypes() {}
}
