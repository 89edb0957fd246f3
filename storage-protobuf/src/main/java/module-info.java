/** The snapshot file: gzip'ed protobuf that every pprof tool opens. */
module io.tracemalloc.storage.protobuf {
    requires transitive io.tracemalloc;
    requires static org.jspecify;

    exports io.tracemalloc.storage.protobuf;

    provides io.tracemalloc.spi.SnapshotFormatProvider with
            io.tracemalloc.storage.protobuf.ProtobufSnapshotFormat;
}
