package io.tracemalloc.cli;

import io.tracemalloc.Frame;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.SnapshotColumns;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The forms of {@code export}. */
enum ExportFormat {
    /** Folded stacks: what flame-graph programs read. Equal stacks are one line; lines are sorted. */
    COLLAPSED {
        @Override
        void write(Snapshot snapshot, Options options, PrintWriter out) {
            SnapshotColumns columns = snapshot.columns();
            String[] labels = new String[columns.frameCount()];
            for (int frame = 0; frame < labels.length; frame++) {
                labels[frame] = folded(Frames.label(columns, frame, options.lines()));
            }
            Map<String, Long> stacks = new TreeMap<>();
            sums(columns, options).forEach((key, value) -> {
                if (value != 0) {
                    stacks.merge(stack(columns, labels, key), value, Long::sum);
                }
            });
            stacks.forEach((stack, value) -> out.print(stack + ' ' + value + '\n'));
        }

        /** Values by traceback and, if it is part of the stack, by class: the long holds both ids. */
        private Map<Long, Long> sums(SnapshotColumns columns, Options options) {
            Map<Long, Long> sums = new HashMap<>();
            for (int record = 0; record < columns.recordCount(); record++) {
                long type = options.classes() ? columns.type(record) + 1 : 0;
                long value = options.count()
                        ? columns.count(record, options.metric())
                        : columns.bytes(record, options.metric());
                sums.merge(type << 32 | columns.traceback(record), value, Long::sum);
            }
            return sums;
        }

        private String stack(SnapshotColumns columns, String[] labels, long key) {
            int traceback = (int) key;
            int type = (int) (key >>> 32) - 1;
            StringBuilder stack = new StringBuilder();
            for (int i = columns.tracebackLength(traceback) - 1; i >= 0; i--) {
                stack.append(labels[columns.tracebackFrame(traceback, i)]).append(';');
            }
            if (stack.isEmpty()) {
                stack.append("<unknown>;");
            }
            if (type >= 0) {
                String name = columns.typeName(type);
                return stack.append(name.isEmpty() ? "<unknown>" : folded(name)).toString();
            }
            return stack.substring(0, stack.length() - 1);
        }

        /** Blanks and semicolons have a meaning in folded stacks. */
        private String folded(String label) {
            return Messages.oneLine(label).replace(';', ':').replace(' ', '_');
        }
    },
    /** One object: the facts of the snapshot, its frames and tracebacks by number, and its records. */
    JSON {
        @Override
        void write(Snapshot snapshot, Options options, PrintWriter out) {
            SnapshotColumns columns = snapshot.columns();
            Json json = new Json(out);
            json.beginObject().name("schema").value("tracemalloc.records/1");
            writeFacts(json, snapshot);
            json.newLine().name("frames").beginArray();
            for (int frame = 0; frame < columns.frameCount(); frame++) {
                RowFormat.writeFrame(
                        json.newLine(),
                        new Frame(
                                columns.frameClass(frame),
                                columns.frameMethod(frame),
                                columns.frameFile(frame),
                                columns.frameLine(frame)));
            }
            json.endArray().newLine().name("tracebacks").beginArray();
            for (int traceback = 0; traceback < columns.tracebackCount(); traceback++) {
                writeTraceback(json.newLine(), columns, traceback);
            }
            json.endArray().newLine().name("records").beginArray();
            for (int record = 0; record < columns.recordCount(); record++) {
                writeRecord(json.newLine(), columns, record);
            }
            json.endArray().endObject();
            out.print('\n');
        }

        private void writeFacts(Json json, Snapshot snapshot) {
            SnapshotColumns columns = snapshot.columns();
            json.newLine().name("time").value(snapshot.info().time().toString());
            json.name("duration_nanos").value(snapshot.info().duration().toNanos());
            json.name("traceback_limit").value(snapshot.tracebackLimit());
            json.name("interval_bytes").value(snapshot.info().intervalBytes());
            json.name("default_metric").value(snapshot.defaultMetric().label());
            json.newLine().name("exactness").beginObject();
            for (Metric metric : stored(columns)) {
                json.name(metric.label())
                        .value(snapshot.exactness(metric).name().toLowerCase(Locale.ROOT));
            }
            json.endObject();
            json.name("dropped").value(columns.dropped());
            json.name("truncated").value(columns.truncated());
            json.name("overhead_bytes").value(columns.overheadBytes());
            json.newLine().name("attributes").beginObject();
            columns.attributes().forEach((key, value) -> json.name(key).value(value));
            json.endObject();
        }

        private void writeTraceback(Json json, SnapshotColumns columns, int traceback) {
            json.beginObject().name("frames").beginArray();
            for (int i = 0; i < columns.tracebackLength(traceback); i++) {
                json.value(columns.tracebackFrame(traceback, i));
            }
            json.endArray()
                    .name("total_nframe")
                    .value(columns.totalFrames(traceback))
                    .endObject();
        }

        private void writeRecord(Json json, SnapshotColumns columns, int record) {
            json.beginObject().name("traceback").value(columns.traceback(record));
            json.name("class").value(columns.typeName(columns.type(record)));
            json.name("domain").value(columns.domain(record));
            json.name("thread").value(columns.threadName(columns.thread(record)));
            String host = columns.threadHost(columns.thread(record));
            if (!host.isEmpty()) {
                json.name("host").value(host);
            }
            json.name("block_size").value(columns.blockSize(record));
            for (Metric metric : stored(columns)) {
                json.name(metric.label() + "_count").value(columns.count(record, metric));
                json.name(metric.label() + "_bytes").value(columns.bytes(record, metric));
            }
            json.endObject();
        }
    },
    /** A record per line; the traceback is its frames, most recent first, joined by semicolons. */
    CSV {
        @Override
        void write(Snapshot snapshot, Options options, PrintWriter out) {
            SnapshotColumns columns = snapshot.columns();
            List<Metric> metrics = stored(columns);
            boolean hosts = hasHosts(columns);
            Csv csv = new Csv(out);
            List<String> heading = new ArrayList<>(List.of("file", "line", "method", "class", "domain", "thread"));
            if (hosts) {
                heading.add("host");
            }
            heading.add("block_size");
            metrics.forEach(metric -> {
                heading.add(metric.label() + "_count");
                heading.add(metric.label() + "_bytes");
            });
            heading.add("traceback");
            csv.row(heading);
            String[] tracebacks = new String[columns.tracebackCount()];
            for (int record = 0; record < columns.recordCount(); record++) {
                csv.row(fields(columns, metrics, hosts, tracebacks, record));
            }
        }

        private List<String> fields(
                SnapshotColumns columns, List<Metric> metrics, boolean hosts, String[] tracebacks, int record) {
            int traceback = columns.traceback(record);
            boolean known = columns.tracebackLength(traceback) > 0;
            int site = known ? columns.tracebackFrame(traceback, 0) : -1;
            List<String> fields = new ArrayList<>();
            fields.add(known ? columns.frameFile(site) : Frame.UNKNOWN.fileName());
            fields.add(Integer.toString(known ? columns.frameLine(site) : 0));
            fields.add(known ? Frames.method(columns, site) : "");
            fields.add(columns.typeName(columns.type(record)));
            fields.add(Integer.toString(columns.domain(record)));
            fields.add(columns.threadName(columns.thread(record)));
            if (hosts) {
                fields.add(columns.threadHost(columns.thread(record)));
            }
            fields.add(Long.toString(columns.blockSize(record)));
            for (Metric metric : metrics) {
                fields.add(Long.toString(columns.count(record, metric)));
                fields.add(Long.toString(columns.bytes(record, metric)));
            }
            if (tracebacks[traceback] == null) {
                tracebacks[traceback] = joined(columns, traceback);
            }
            fields.add(tracebacks[traceback]);
            return fields;
        }

        private String joined(SnapshotColumns columns, int traceback) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < columns.tracebackLength(traceback); i++) {
                int frame = columns.tracebackFrame(traceback, i);
                text.append(i == 0 ? "" : ";").append(columns.frameFile(frame)).append(':');
                text.append(columns.frameLine(frame));
            }
            return text.toString();
        }
    };

    /** What of the snapshot to write; only {@link #COLLAPSED} has a choice. */
    record Options(Metric metric, boolean count, boolean lines, boolean classes) {}

    abstract void write(Snapshot snapshot, Options options, PrintWriter out);

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it was merged from several JVMs. */
    private static boolean hasHosts(SnapshotColumns columns) {
        for (int thread = 0; thread < columns.threadCount(); thread++) {
            if (!columns.threadHost(thread).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** The metrics that a snapshot holds; freed is the difference of two of them. */
    private static List<Metric> stored(SnapshotColumns columns) {
        List<Metric> metrics = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            if (metric != Metric.FREED && columns.has(metric)) {
                metrics.add(metric);
            }
        }
        return metrics;
    }
}
