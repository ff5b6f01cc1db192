/** How often somebody may do something. */
@org.jspecify.annotations.NullMarked
package dev.parley.rate;
