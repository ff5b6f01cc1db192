/** The doors of documents 000 to 003: names translated onto the core, and no rule of their own. */
@org.jspecify.annotations.NullMarked
package dev.parley.dialect;
