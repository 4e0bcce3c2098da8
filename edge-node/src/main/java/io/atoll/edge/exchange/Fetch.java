package io.atoll.edge.exchange;

/** A response on its way from an {@link Origin}. Every call on the event loop of the fetch. */
public interface Fetch {
  /** Of a response that is at hand: there is nothing to hold up or give up. */
  Fetch NONE =
      new Fetch() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {}
      };

  /** Stops the flow of parts, soon. */
  void pause();

  /** Lets parts flow again. */
  void resume();

  /** Gives up: nothing more reaches the sink. Harmless once the response has ended. */
  void cancel();
}
