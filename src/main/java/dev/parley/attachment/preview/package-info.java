/** Smaller pictures of images, videos and PDFs, made by limited child processes after the message is out. */
@org.jspecify.annotations.NullMarked
package dev.parley.attachment.preview;
