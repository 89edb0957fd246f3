package io.tracemalloc.internal.analysis;

import io.tracemalloc.Metric;
import io.tracemalloc.Trace;
import io.tracemalloc.internal.columns.RecordColumns;
import java.util.AbstractList;
import java.util.RandomAccess;

/** The records of a snapshot as objects, each made when it is asked for. */
public final class TraceList extends AbstractList<Trace> implements RandomAccess {

    private final RecordColumns data;

    /** A view of these records. */
    public TraceList(RecordColumns data) {
        this.data = data;
    }

    @Override
    public int size() {
        return data.recordCount();
    }

    @Override
    public Trace get(int index) {
        int thread = data.thread(index);
        return new Trace(
                data.domain(index),
                data.blockSize(index),
                data.typeName(data.type(index)),
                data.threadName(thread),
                data.threadHost(thread),
                data.tracebackObject(data.traceback(index)),
                data.count(index, Metric.ALLOCATED),
                data.bytes(index, Metric.ALLOCATED),
                data.count(index, Metric.LIVE),
                data.bytes(index, Metric.LIVE));
    }
}
