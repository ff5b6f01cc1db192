/** What is done about files once they are stored: a queue in the database, and the workers of this instance. */
@org.jspecify.annotations.NullMarked
package dev.parley.attachment.jobs;
