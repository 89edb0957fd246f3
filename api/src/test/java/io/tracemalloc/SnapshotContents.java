package io.tracemalloc;

import io.tracemalloc.spi.SnapshotColumns;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;

/** Everything that a snapshot holds, as lines of text, so that two can be compared. */
public final class SnapshotContents {

    private SnapshotContents() {}

    /** Asserts that both hold the same, whatever ids they give it. */
    public static void assertSame(Snapshot actual, Snapshot expected) {
        Assertions.assertThat(actual.info()).isEqualTo(expected.info());
        Assertions.assertThat(facts(actual)).isEqualTo(facts(expected));
        Assertions.assertThat(records(actual)).containsExactlyInAnyOrderElementsOf(records(expected));
    }

    private static List<String> facts(Snapshot snapshot) {
        SnapshotColumns columns = snapshot.columns();
        List<String> facts = new ArrayList<>();
        for (Metric metric : snapshot.metrics()) {
            facts.add(metric.label()
                    + ' '
                    + snapshot.exactness(metric)
                    + ' '
                    + snapshot.totalCount(metric)
                    + ' '
                    + snapshot.totalBytes(metric));
        }
        facts.add("ages " + columns.ageBuckets());
        facts.add("dropped " + columns.dropped());
        facts.add("truncated " + columns.truncated());
        facts.add("overhead " + columns.overheadBytes());
        columns.attributes().forEach((key, value) -> facts.add("attribute " + key + '=' + value));
        return facts;
    }

    private static List<String> records(Snapshot snapshot) {
        SnapshotColumns columns = snapshot.columns();
        List<String> records = new ArrayList<>();
        for (int record = 0; record < columns.recordCount(); record++) {
            StringBuilder text = new StringBuilder();
            text.append(columns.typeName(columns.type(record))).append('|');
            text.append(columns.domain(record)).append('|');
            text.append(columns.threadName(columns.thread(record))).append('@');
            text.append(columns.threadHost(columns.thread(record))).append('|');
            text.append(columns.blockSize(record)).append('|');
            appendTraceback(text, columns, columns.traceback(record));
            for (Metric metric : Metric.values()) {
                text.append('|')
                        .append(columns.count(record, metric))
                        .append('/')
                        .append(columns.bytes(record, metric));
            }
            appendAges(text, columns, record);
            records.add(text.toString());
        }
        return records;
    }

    private static void appendAges(StringBuilder text, SnapshotColumns columns, int record) {
        for (int bucket = 0; bucket < columns.ageBuckets(); bucket++) {
            long count = columns.agedCount(record, bucket);
            long bytes = columns.agedBytes(record, bucket);
            if (count != 0 || bytes != 0) {
                Assertions.assertThat(columns.isAged(record)).isTrue();
                text.append("|age ")
                        .append(bucket)
                        .append('=')
                        .append(count)
                        .append('/')
                        .append(bytes);
            }
        }
    }

    private static void appendTraceback(StringBuilder text, SnapshotColumns columns, int traceback) {
        text.append(columns.totalFrames(traceback));
        for (int i = 0; i < columns.tracebackLength(traceback); i++) {
            int frame = columns.tracebackFrame(traceback, i);
            text.append(';').append(columns.frameClass(frame)).append('.').append(columns.frameMethod(frame));
            text.append('(')
                    .append(columns.frameFile(frame))
                    .append(':')
                    .append(columns.frameLine(frame))
                    .append(')');
        }
    }
}
