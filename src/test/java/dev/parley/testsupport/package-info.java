/** What several tests share: outside programs, sample files. */
@org.jspecify.annotations.NullMarked
package dev.parley.testsupport;
