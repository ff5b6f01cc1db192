/** Uploads that survive interruptions: tus 1.0 (https://tus.io/protocols/resumable-upload). */
@org.jspecify.annotations.NullMarked
package dev.parley.attachment.resumable;
