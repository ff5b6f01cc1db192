/** The formats: one small reader of headers each, all within one budget of bytes and steps. */
@org.jspecify.annotations.NullMarked
package dev.parley.attachment.media;
