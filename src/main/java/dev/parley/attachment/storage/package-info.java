/** What is stored and by whom, what was left behind and what is removed of it: for those who run the service. */
@org.jspecify.annotations.NullMarked
package dev.parley.attachment.storage;
