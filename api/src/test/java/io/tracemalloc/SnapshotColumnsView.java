package io.tracemalloc;

import io.tracemalloc.spi.SnapshotColumns;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Columns that are not of the tracer's own make. */
final class SnapshotColumnsView {

    private SnapshotColumnsView() {}

    static SnapshotColumns of(SnapshotColumns columns) {
        return (SnapshotColumns) Proxy.newProxyInstance(
                SnapshotColumns.class.getClassLoader(),
                new Class<?>[] {SnapshotColumns.class},
                (proxy, method, args) -> {
                    try {
                        return method.invoke(columns, args);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }
}
