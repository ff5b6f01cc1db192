package dev.parley.attachment;

import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jboss.logging.Logger;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What is wrong with a bucket, in an operator's words. That it is away is told once, and once when it is back; what it does
 * not allow, once each.
 */
final class BucketTrouble {

    private static final Logger LOG = Logger.getLogger(S3Store.class);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int INSUFFICIENT_STORAGE = 507;

    private final S3Client s3;
    private final String bucket;
    private final AtomicBoolean away = new AtomicBoolean();
    private final Set<String> denials = ConcurrentHashMap.newKeySet();

    BucketTrouble(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    /** @return what it is */
    String begun(RuntimeException failure) {
        String what = what(failure);
        if (isDenied(failure)) {
            // One thing may be allowed while another is not: that it works again cannot be told.
            if (denials.add(what)) {
                LOG.warn(what);
            }
        } else if (!isAway(failure)) {
            LOG.warn(what);
        } else if (away.compareAndSet(false, true)) {
            LOG.warnf("%s; meanwhile uploads get 503, text goes on", what);
        }
        return what;
    }

    void over() {
        if (away.get() && away.compareAndSet(true, false)) {
            LOG.infof("%s answers again, and takes files", place());
        }
    }

    static boolean isFull(RuntimeException failure) {
        return failure instanceof S3Exception answer && answer.statusCode() == INSUFFICIENT_STORAGE;
    }

    private static boolean isDenied(RuntimeException failure) {
        return failure instanceof S3Exception answer
                && (answer.statusCode() == UNAUTHORIZED || answer.statusCode() == FORBIDDEN);
    }

    /** What one answer refuses may be the request's own affair. */
    private static boolean isAway(RuntimeException failure) {
        return !(failure instanceof S3Exception answer) || switch (answer.statusCode()) {
            case NOT_FOUND -> isMissing(answer);
            case NOT_IMPLEMENTED, INSUFFICIENT_STORAGE -> false;
            default -> answer.statusCode() >= SERVER_ERROR;
        };
    }

    /** Not only what was asked for within it. */
    private static boolean isMissing(S3Exception answer) {
        return answer.statusCode() == NOT_FOUND && !(answer instanceof NoSuchUploadException)
                && !(answer instanceof NoSuchKeyException);
    }

    private String what(RuntimeException failure) {
        if (failure instanceof S3Exception answer) {
            return place() + switch (answer.statusCode()) {
                case UNAUTHORIZED, FORBIDDEN -> " answers " + said(answer) + ": look at quarkus.s3.aws.credentials.*";
                default -> isMissing(answer) ? " does not exist: make it, or set parley.s3.bucket" : " answers " + said(answer);
            };
        }
        if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return silent("it takes too long");
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // Of another host its name is all the message.
            if (cause instanceof IOException line) {
                return silent(line instanceof UnknownHostException ? "unknown host " + line.getMessage()
                        : String.valueOf(line.getMessage()));
            }
        }
        return place() + ": " + failure.getMessage();
    }

    private String silent(String why) {
        return place() + " does not answer (" + why + "): start it, or look at quarkus.s3.endpoint-override";
    }

    private String place() {
        return "Bucket " + bucket + s3.serviceClientConfiguration().endpointOverride().map((URI where) -> " at " + where)
                .orElse("");
    }

    /** An answer to HEAD has no body, and so no words. */
    private static String said(S3Exception answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        String status = Integer.toString(answer.statusCode());
        return code == null || code.isBlank() || code.equals(status)
                ? answer.statusCode() == FORBIDDEN ? "Forbidden (403)" : status
                : code + " (" + status + ")";
    }
}
