package dev.parley.problem;

import jakarta.ws.rs.core.Response.Status;

/**
 * Every reason for which a request or a frame is refused. The lower-case name is the stable {@code code} of the problem
 * object (RFC 9457) and of the socket's {@code error} frame; the sentence is its {@code detail} unless a better one is
 * at hand.
 */
public enum Code {
    BAD_REQUEST(400, "The request is not valid"),
    TOO_MANY_FILES(400, "Too many files. Maximum: 10"),
    EMPTY_FILE(400, "The file is empty"),
    EMPTY_MESSAGE(400, "A message needs text or at least one file"),
    MESSAGE_TOO_LONG(400, "Message too long. Maximum: 5000 characters"),
    UNKNOWN_FRAME(400, "Unknown frame type"),
    NOT_AUTHENTICATED(401, "Not authenticated"),
    WRONG_CREDENTIALS(401, "Wrong e-mail or password"),
    FORBIDDEN(403, "Not allowed"),
    BAD_SIGNATURE(403, "This link is not valid or has expired"),
    FILE_BLOCKED(403, "This file was blocked by the virus scanner"),
    NOT_FOUND(404, "Not found"),
    ROOM_NOT_FOUND(404, "Room not found"),
    MESSAGE_NOT_FOUND(404, "Message not found"),
    USER_NOT_FOUND(404, "User not found"),
    FILE_NOT_FOUND(404, "File not found"),
    UPLOAD_NOT_FOUND(404, "Upload not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    TIMED_OUT(408, "The request took too long to arrive"),
    EMAIL_TAKEN(409, "This e-mail is already registered"),
    CONFLICT(409, "This changed meanwhile; try again"),
    UPLOAD_ENDED(410, "This upload has ended"),
    TUS_VERSION(412, "Tus-Resumable must be 1.0.0"),
    FILE_TOO_LARGE(413, "File too large"),
    QUOTA_EXCEEDED(413, "Your files take all the space they may"),
    REQUEST_TOO_LARGE(413, "Request too large"),
    TYPE_NOT_ALLOWED(415, "File type not allowed"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    RANGE_NOT_SATISFIABLE(416, "The file has no such range"),
    KEY_REUSED(422, "This idempotency key was used for another request"),
    FILE_SCANNING(423, "This file is being scanned for viruses; try again"),
    LOCKED(423, "Another request is about this; try again"),
    TOO_MANY_REQUESTS(429, "Too many requests"),
    CHECKSUM_MISMATCH(460, "The bytes are not those of the checksum"),
    INTERNAL(500, "Something went wrong"),
    UNAVAILABLE(503, "The service is not available right now; try again"),
    STORE_UNAVAILABLE(503, "Files cannot be stored right now; try again"),
    STORAGE_FULL(507, "No space is left to store files"),
    DATABASE_FULL(507, "No space is left in the database");

    public final int status;
    public final String sentence;

    Code(int status, String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    public String id() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The general code of an HTTP status that the framework chose. */
    public static Code ofStatus(int status) {
        return switch (status) {
            case 401 -> NOT_AUTHENTICATED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 408 -> TIMED_OUT;
            case 413 -> REQUEST_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 429 -> TOO_MANY_REQUESTS;
            case 503 -> UNAVAILABLE;
            default -> status >= 500 ? INTERNAL : BAD_REQUEST;
        };
    }

    String title() {
        return switch (status) {
            // RFC 9110, 15.5.21, and RFC 4918: JAX-RS does not know these.
            case 422 -> "Unprocessable Content";
            case 423 -> "Locked";
            case 460 -> "Checksum Mismatch";
            case 507 -> "Insufficient Storage";
            default -> Status.fromStatusCode(status).getReasonPhrase();
        };
    }
}
