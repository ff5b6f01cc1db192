/** How fast the packaged program is, on this machine: {@code ./mvnw verify -Pbench}. Nothing of it runs otherwise. */
@org.jspecify.annotations.NullMarked
package dev.parley.bench;
