/** People: registration, tokens, names and avatars. */
@org.jspecify.annotations.NullMarked
package dev.parley.account;
