package io.atoll.edge.upstream;

import io.atoll.edge.balance.Backend;
import io.atoll.edge.exchange.Outcome;

/** Who wants to know how backends fare with real traffic. Called on event loops: must be cheap. */
public interface Reports {
  /** The backend answered. */
  void answered(Backend backend, int status);

  /** The backend could not be reached, went away, or took too long. */
  void failed(Backend backend, Outcome why);
}
