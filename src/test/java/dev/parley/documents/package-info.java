/**
 * The five documents themselves, sample by sample, against the running service: their words are in
 * {@code src/test/resources/documents}, and only addresses, tokens, ids and file names are filled in.
 */
@org.jspecify.annotations.NullMarked
package dev.parley.documents;
