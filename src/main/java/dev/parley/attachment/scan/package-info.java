/** Asking a virus scanner about files, before anybody gets their bytes. */
@org.jspecify.annotations.NullMarked
package dev.parley.attachment.scan;
