package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All tracebacks of a snapshot merged from one end, with the values of everything below each node. */
final class CallTree {

    /** What {@link #of} makes of frames. */
    enum Key {
        METHOD,
        LINE
    }

    /** A call at one place of the tree. */
    static final class Node {

        private static final Comparator<Node> BIGGEST_FIRST = Comparator.comparingLong(Node::bytes)
                .thenComparingLong(Node::count)
                .reversed()
                .thenComparing(Node::label);

        private final String label;
        private final Map<String, Node> children = new HashMap<>();
        private long bytes;
        private long count;

        private Node(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }

        long bytes() {
            return bytes;
        }

        long count() {
            return count;
        }

        List<Node> children() {
            List<Node> sorted = new ArrayList<>(children.values());
            sorted.sort(BIGGEST_FIRST);
            return sorted;
        }

        private Node child(String childLabel) {
            return children.computeIfAbsent(childLabel, Node::new);
        }

        private Node add(long moreBytes, long moreCount) {
            bytes += moreBytes;
            count += moreCount;
            return this;
        }
    }

    /** Holds the tracebacks of which the oldest frames are missing. */
    static final String CUT = "... (older frames beyond the traceback limit)";

    /** Holds the sites of which the callers are missing. */
    static final String NOT_SAMPLED = "... (callers not sampled)";

    private final SnapshotColumns columns;
    private final String[] labels;
    private final boolean inverted;
    private final boolean sitesCounted;
    private final Node root = new Node("all");

    private CallTree(SnapshotColumns columns, Metric metric, Key key, boolean inverted) {
        this.columns = columns;
        this.inverted = inverted;
        this.sitesCounted = columns.exactness(metric).isBySite();
        labels = new String[columns.frameCount()];
        for (int frame = 0; frame < labels.length; frame++) {
            labels[frame] = Frames.label(columns, frame, key == Key.LINE);
        }
    }

    /**
     * The root of the tree.
     *
     * @param inverted whether to begin at the allocation sites and to branch into callers
     */
    static Node of(SnapshotColumns columns, Metric metric, Key key, boolean inverted) {
        CallTree tree = new CallTree(columns, metric, key, inverted);
        long[] bytes = new long[columns.tracebackCount()];
        long[] counts = new long[columns.tracebackCount()];
        for (int record = 0; record < columns.recordCount(); record++) {
            bytes[columns.traceback(record)] += columns.bytes(record, metric);
            counts[columns.traceback(record)] += columns.count(record, metric);
        }
        for (int traceback = 0; traceback < bytes.length; traceback++) {
            if (bytes[traceback] != 0 || counts[traceback] != 0) {
                tree.add(traceback, bytes[traceback], counts[traceback]);
            }
        }
        return tree.root;
    }

    private void add(int traceback, long bytes, long count) {
        Node node = root.add(bytes, count);
        int length = columns.tracebackLength(traceback);
        // Without its beginning a traceback would stand beside the true ones at random.
        if (!inverted && columns.totalFrames(traceback) > length) {
            node = node.child(CUT).add(bytes, count);
        } else if (!inverted && onlySite(traceback)) {
            node = node.child(NOT_SAMPLED).add(bytes, count);
        }
        for (int i = 0; i < length; i++) {
            int frame = columns.tracebackFrame(traceback, inverted ? i : length - 1 - i);
            node = node.child(labels[frame]).add(bytes, count);
        }
        if (length == 0) {
            node.child("<unknown>").add(bytes, count);
        }
    }

    /** Whether the blocks of this site were counted, but none of them was sampled with its callers. */
    private boolean onlySite(int traceback) {
        return sitesCounted && columns.tracebackLength(traceback) == 1 && columns.totalFrames(traceback) == 0;
    }
}
