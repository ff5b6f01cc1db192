package dev.parley.attachment.jobs;

import java.util.UUID;

/**
 * Something to be done about a file, taken by this instance.
 *
 * @param tries how often it was begun, this time included: a crash in the middle counts
 */
public record Job(UUID file, JobKind kind, int tries) {
}
