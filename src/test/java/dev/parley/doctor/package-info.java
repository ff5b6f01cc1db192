@org.jspecify.annotations.NullMarked
package dev.parley.doctor;
