@org.jspecify.annotations.NullMarked
package dev.parley.attachment.storage;
