/** The error contract: coded refusals and the problem objects they become. */
@org.jspecify.annotations.NullMarked
package dev.parley.problem;
