/** What a file tells about where and with what it was made, taken out of it without touching its pixels or sound. */
@org.jspecify.annotations.NullMarked
package dev.parley.attachment.privacy;
