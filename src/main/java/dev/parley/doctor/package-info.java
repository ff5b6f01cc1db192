/**
 * Whether a deployment does what clients need: what only the server knows, and what a browser tries through everything between.
 */
@org.jspecify.annotations.NullMarked
package dev.parley.doctor;
