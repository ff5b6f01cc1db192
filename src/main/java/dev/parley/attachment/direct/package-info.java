/** Files that go to the bucket without passing through this service. */
@org.jspecify.annotations.NullMarked
package dev.parley.attachment.direct;
