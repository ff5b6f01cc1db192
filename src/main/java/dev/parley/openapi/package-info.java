/** What the description of the routes says of all of them alike. */
@org.jspecify.annotations.NullMarked
package dev.parley.openapi;
