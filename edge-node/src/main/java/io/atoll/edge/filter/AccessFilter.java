package io.atoll.edge.filter;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Filter;
import io.atoll.edge.exchange.Outcome;
import java.net.InetAddress;
import java.util.List;

/**
 * Admits clients by their address: whom a list of {@code deny} holds is answered 403, and where
 * there are lists of {@code allow} whom none of them holds. Immutable.
 */
public final class AccessFilter implements Filter {
  private final AddressSet[] allow;
  private final AddressSet[] deny;

  /**
   * A filter.
   *
   * @param allow whom one of them holds may pass; none: everybody
   * @param deny whom one of them holds is refused, allowed or not
   */
  public AccessFilter(List<AddressSet> allow, List<AddressSet> deny) {
    this.allow = allow.toArray(AddressSet[]::new);
    this.deny = deny.toArray(AddressSet[]::new);
  }

  @Override
  public void apply(Exchange exchange) {
    if (admits(exchange.clientAddress())) {
      exchange.proceed();
    } else {
      exchange.fail(Failure.of(Outcome.FORBIDDEN, "this address may not come here"));
    }
  }

  /** Whether a client of this address may pass; one that is no address may not. */
  boolean admits(String client) {
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(client);
    } catch (IllegalArgumentException _) {
      return false;
    }
    return !holds(deny, address) && (allow.length == 0 || holds(allow, address));
  }

  private static boolean holds(AddressSet[] sets, InetAddress address) {
    for (AddressSet set : sets) {
      if (set.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
