package dev.parley.testkit.sip;

/** The other side did not take the call, or did not answer at all. */
public final class SipRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SipRefused(String message) {
        super(message);
    }
}
