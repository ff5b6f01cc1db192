/** Tests of recognising, limiting, storing and serving bytes. */
@org.jspecify.annotations.NullMarked
package dev.parley.attachment.privacy;
