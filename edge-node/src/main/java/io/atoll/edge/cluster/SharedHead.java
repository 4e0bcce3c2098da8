package io.atoll.edge.cluster;

import io.atoll.edge.cache.Freshness;
import io.atoll.edge.cache.Mark;
import io.atoll.edge.cache.StoredHead;
import io.atoll.edge.cache.StoredResponse;
import io.atoll.edge.cache.Vary;
import org.jspecify.annotations.Nullable;

/**
 * A {@link StoredHead} as it crosses the wire, with a small body beside it.
 *
 * @param inline the body; null where it lies in chunks
 */
@SuppressWarnings("ArrayRecordComponent") // Compact serialization knows arrays, not lists
record SharedHead(
    int status,
    String[] fields,
    String[] varyNames,
    @Nullable String[] varyValues,
    String url,
    String[] surrogateKeys,
    long arrivedMillis,
    long initialAgeMillis,
    long lifetimeMillis,
    boolean explicit,
    boolean noCache,
    boolean allowsAuthorized,
    long keptUntilMillis,
    long lineage,
    long number,
    String bodyId,
    int bodyLength,
    long bodySinceMillis,
    byte @Nullable [] inline) {

  static SharedHead of(StoredResponse response, boolean inline) {
    StoredHead head = response.head();
    Freshness freshness = head.freshness();
    return new SharedHead(
        head.status(),
        head.fields(),
        head.vary().names(),
        head.vary().values(),
        head.url(),
        head.surrogateKeys(),
        freshness.arrivedMillis(),
        freshness.initialAgeMillis(),
        freshness.lifetimeMillis(),
        freshness.explicit(),
        head.noCache(),
        head.allowsAuthorized(),
        head.keptUntilMillis(),
        head.mark().lineage(),
        head.mark().number(),
        head.bodyId(),
        head.bodyLength(),
        head.bodySinceMillis(),
        inline ? response.body() : null);
  }

  /** As a node in an era of its own sees it. */
  StoredHead head(int era) {
    return new StoredHead(
        status,
        fields,
        new Vary(varyNames, varyValues),
        url,
        surrogateKeys,
        new Freshness(arrivedMillis, initialAgeMillis, lifetimeMillis, explicit),
        noCache,
        allowsAuthorized,
        keptUntilMillis,
        new Mark(lineage, number, era),
        bodyId,
        bodyLength,
        bodySinceMillis);
  }
}
