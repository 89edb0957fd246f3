/** Writes and reads the snapshot file; {@code profile.proto} is its schema. */
@NullMarked
package io.tracemalloc.storage.protobuf;

import org.jspecify.annotations.NullMarked;
