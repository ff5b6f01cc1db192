package dev.parley.problem;

/**
 * Says no to a request or a frame: a {@link Code} and a sentence for people. Carries no stack trace, since a refusal is
 * an answer and not a fault.
 */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public final Code code;
    /** Seconds after which a retry may succeed (RFC 9110, 10.2.3), 0 when that is not known. */
    public final int retryAfter;

    public Refusal(Code code) {
        this(code, code.sentence);
    }

    public Refusal(Code code, String detail) {
        this(code, detail, 0);
    }

    /** @param cause what an operator wants to know and a client is not told */
    public Refusal(Code code, Throwable cause) {
        super(code.sentence, cause, false, false);
        this.code = code;
        this.retryAfter = 0;
    }

    public Refusal(Code code, String detail, int retryAfter) {
        super(detail, null, false, false);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    public String detail() {
        return getMessage();
    }
}
