package io.tracemalloc.capture.jvmti;

import io.tracemalloc.Domain;
import io.tracemalloc.Exactness;
import io.tracemalloc.Frame;
import io.tracemalloc.Metric;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.internal.Names;
import io.tracemalloc.spi.AllocationSink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/** Writes the native counters of a session as records. Good for one snapshot. */
final class SnapshotWriter {

    private static final int RECORDS_AT_ONCE = 4096;

    private final NativeTraces traces;
    private final TraceOptions options;
    private final AllocationSink sink;
    private final boolean live;
    private final Estimates estimates;
    /** As {@link NativeAgent#collectLive} tells them; as far as {@link #nextLive} they are written. */
    private long[] liveSamples = {0, 0};

    private int nextLive = NativeAgent.LIVE_HEAD;
    private int[] tracebacks = {};
    private int[] frames = {};
    private int[] types = {};
    private Facts facts = Facts.read();
    private long widestInterval;
    private long widestLiveInterval;
    private double allocatedVariance;
    private double liveVariance;

    SnapshotWriter(NativeTraces traces, TraceOptions options, boolean live, AllocationSink sink) {
        this.traces = traces;
        this.options = options;
        this.live = live;
        this.sink = sink;
        this.estimates = new Estimates(sink);
    }

    /** Live samples first: what lives was counted as allocated before. */
    void write() {
        if (live) {
            liveSamples = NativeAgent.collectLive();
        }
        facts = Facts.read();
        long[] buffer = new long[RECORDS_AT_ONCE * NativeAgent.RECORD_FIELDS];
        int from = 0;
        for (int read = NativeAgent.records(from, buffer); read > 0; read = NativeAgent.records(from, buffer)) {
            for (int i = 0; i < read; i++) {
                write(from + i, buffer, i * NativeAgent.RECORD_FIELDS);
            }
            from += read;
        }
        estimates.write();
        writeExactness();
        writeFacts();
    }

    private void write(int number, long[] fields, int at) {
        long size = fields[at + NativeAgent.RECORD_SIZE];
        boolean mixed = fields[at + NativeAgent.RECORD_MIXED] != 0;
        int traceback = traceback((int) fields[at + NativeAgent.RECORD_TRACE]);
        int type = type((int) fields[at + NativeAgent.RECORD_TYPE]);
        int threadName = (int) fields[at + NativeAgent.RECORD_THREAD];
        int thread = threadName == 0 ? AllocationSink.NO_THREAD : sink.thread(traces.string(threadName));
        long interval = fields[at + NativeAgent.RECORD_INTERVAL];
        widestInterval = Math.max(widestInterval, interval);
        double each = Weight.of(size, interval);
        // Beside exact values block sizes are exact, too; scaled ones are told as sums over all sizes.
        boolean sized = options.intervalBytes() == 1 && !mixed;
        int record = sink.record(traceback, type, Domain.JAVA_HEAP, thread, sized ? size : AllocationSink.MIXED_SIZES);
        long allocated = fields[at + NativeAgent.RECORD_ALLOCATED];
        estimates.add(record, Metric.ALLOCATED, allocated * each, size);
        allocatedVariance += Weight.variance(allocated, size, each);
        for (; nextLive < liveSamples.length && liveSamples[nextLive] == number; nextLive += NativeAgent.LIVE_FIELDS) {
            writeLive(record, (int) liveSamples[nextLive + 1], liveSamples[nextLive + 2], size, each);
            widestLiveInterval = Math.max(widestLiveInterval, interval);
        }
    }

    private void writeLive(int record, int bucket, long samples, long size, double each) {
        switch (bucket) {
            case NativeAgent.LIVE_TEMPORARY -> estimates.add(record, Metric.TEMPORARY, samples * each, size);
            case NativeAgent.LIVE_PEAK ->
                estimates.add(record, Metric.PEAK, samples * Math.scalb(each, (int) liveSamples[1]), size);
            default -> {
                double followed = Math.scalb(each, (int) liveSamples[0]);
                estimates.addLive(record, bucket, samples * followed, size);
                liveVariance += Weight.variance(samples, size, followed);
            }
        }
    }

    private int traceback(int trace) {
        if (trace >= tracebacks.length) {
            tracebacks = grown(tracebacks, trace);
        }
        if (tracebacks[trace] < 0) {
            StackFrames stack = traces.stack(trace);
            List<Integer> shown = stack.shown(options.frames());
            int[] ids = new int[shown.size()];
            for (int i = 0; i < ids.length; i++) {
                int index = shown.get(i);
                ids[i] = index == StackFrames.REFERENCE
                        ? frame(stack.reference().method(), stack.reference().line())
                        : frame(stack.number(index));
            }
            tracebacks[trace] = ids.length == 0 ? unknown() : sink.traceback(ids, ids.length, stack.totalShown());
        }
        return tracebacks[trace];
    }

    /** The VM itself allocates, on a thread that runs no Java code. */
    private int unknown() {
        Frame unknown = Frame.UNKNOWN;
        int frame = sink.frame(unknown.className(), unknown.methodName(), unknown.fileName(), unknown.lineNumber());
        return sink.traceback(new int[] {frame}, 1, 0);
    }

    private int frame(int number) {
        if (number >= frames.length) {
            frames = grown(frames, number);
        }
        if (frames[number] < 0) {
            frames[number] = frame(traces.method(number), traces.line(number));
        }
        return frames[number];
    }

    private int frame(MethodName method, int line) {
        return sink.frame(method.className(), method.name(), method.fileName(), line);
    }

    private int type(int signature) {
        if (signature >= types.length) {
            types = grown(types, signature);
        }
        if (types[signature] < 0) {
            String text = traces.string(signature);
            types[signature] =
                    text.isEmpty() ? AllocationSink.UNKNOWN_TYPE : sink.type(Names.classNameFromDescriptor(text));
        }
        return types[signature];
    }

    private static int[] grown(int[] ids, int index) {
        int[] larger = new int[Math.max(index + 1, ids.length * 2)];
        Arrays.fill(larger, -1);
        System.arraycopy(ids, 0, larger, 0, ids.length);
        return larger;
    }

    private void writeExactness() {
        boolean complete = options.intervalBytes() == 1 && facts.dropped() == 0 && facts.mixed() == 0;
        Exactness counted =
                !complete ? Exactness.ESTIMATED : facts.cut() > 0 ? Exactness.EXACT_BY_SITE : Exactness.EXACT;
        sink.recorded(Metric.ALLOCATED, counted);
        if (live) {
            boolean all = facts.unfollowed() == 0 && facts.thinning() == 0;
            Exactness followed = all ? counted : Exactness.ESTIMATED;
            sink.recorded(Metric.LIVE, followed);
            sink.recorded(Metric.PEAK, followed);
            sink.recorded(Metric.TEMPORARY, followed);
            sink.agesRecorded();
        }
    }

    /** What has survived 1, 2, 4, … collections was allocated before these times. */
    private void writeCollectionTimes() {
        StringJoiner times = new StringJoiner(" ");
        for (long seconds : NativeAgent.collectionTimes()) {
            times.add(Instant.ofEpochSecond(seconds).toString());
        }
        if (times.length() > 0) {
            sink.attribute(AllocationSink.COLLECTION_TIMES, times.toString());
        }
    }

    private void writeWidest(String attribute, long interval) {
        if (interval > 0 && interval < options.intervalBytes()) {
            sink.attribute(attribute, Long.toString(interval));
        }
    }

    private void writeFacts() {
        sink.dropped(facts.dropped());
        sink.truncated(facts.cut());
        sink.overhead(facts.overheadBytes());
        if (options.intervalBytes() > 1) {
            sink.attribute("allocated_bytes_standard_error", Long.toString(Math.round(Math.sqrt(allocatedVariance))));
        }
        if (live && (options.intervalBytes() > 1 || facts.thinning() > 0)) {
            sink.attribute("live_bytes_standard_error", Long.toString(Math.round(Math.sqrt(liveVariance))));
        }
        if (live) {
            writeCollectionTimes();
            writeWidest(AllocationSink.LIVE_INTERVAL, widestLiveInterval);
        }
        writeWidest(AllocationSink.SAMPLED_INTERVAL, widestInterval);
        if (liveSamples[0] > 0) {
            sink.attribute(AllocationSink.LIVE_THINNING, Long.toString(1L << liveSamples[0]));
        }
        if (facts.mistaken() > 0) {
            sink.attribute(
                    "note.stacks",
                    facts.mistaken() + " samples were found to have another stack than machine code like theirs had"
                            + " before; samples before that may have wrong tracebacks, since then all stacks are read");
        }
        List<String> limits = new ArrayList<>();
        if (facts.cut() > 0) {
            limits.add("tracebacks of " + facts.cut() + " samples were cut to their allocation site");
        }
        if (facts.mixed() > 0) {
            limits.add("the block sizes of " + facts.mixed() + " samples were not kept");
        }
        if (facts.thinning() > 0) {
            limits.add("1 in " + (1L << facts.thinning()) + " live samples is followed and stands for all of them");
        }
        if (facts.unfollowed() > 0) {
            limits.add(facts.unfollowed() + " samples were not followed and are missing from the live values");
        }
        if (!limits.isEmpty()) {
            sink.attribute("note.memory_limit", "at the memory limit, " + String.join("; ", limits));
        }
    }
}
