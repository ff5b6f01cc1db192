/** The web client, tried in real browsers against the real service. */
@NullMarked
package dev.parley.web;

import org.jspecify.annotations.NullMarked;
