package io.atoll.edge.guard;

/** What came is not a request that may pass. Has no stack trace, as clients may cause many. */
public final class MalformedRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Rejection rejection;

  /** Says why. */
  public MalformedRequestException(Rejection rejection) {
    super(rejection.detail(), null, false, false);
    this.rejection = rejection;
  }

  /** Why it is refused. */
  public Rejection rejection() {
    return rejection;
  }
}
