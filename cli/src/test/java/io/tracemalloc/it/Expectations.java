package io.tracemalloc.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the comments of a subject say that its lines allocate. */
final class Expectations {

    /** How many more a call site may allocate while it is linked. */
    static final int LINKAGE_BLOCKS = 64;

    private static final int LINKAGE_BYTES = 8 * 1024;
    private static final Pattern COMMENT = Pattern.compile("// @(\\w*) (.*)$");
    private static final Pattern ITEM =
            Pattern.compile("(\\d*)(N?)(?:\\+(\\d+))?(~?) (\\S+) (?:\\{(\\w*)\\}|\\((\\d+)\\))");

    /** Blocks and bytes of one class, or of several of one line. */
    record Allocated(long count, long bytes) {

        Allocated plus(long moreCount, long moreBytes) {
            return new Allocated(count + moreCount, bytes + moreBytes);
        }
    }

    /** What a line is expected to allocate, by class. */
    record Line(int number, String source, Map<String, Allocated> classes, boolean linked) {

        /** The same, where resolving the classes that the line names counts for it, too. */
        Line withLinkage() {
            return new Line(number, source, classes, true);
        }

        /** What differs, one difference a line; empty if nothing does. */
        List<String> differences(Map<String, Allocated> found) {
            List<String> differences = new ArrayList<>();
            classes.forEach((name, expected) -> {
                Allocated actual = found.getOrDefault(name, new Allocated(0, 0));
                if (!matches(expected, actual)) {
                    differences.add(describe(name, expected, actual));
                }
            });
            found.forEach((name, actual) -> {
                if (!classes.containsKey(name) && !(linked && actual.count() <= LINKAGE_BLOCKS)) {
                    differences.add(describe(name, new Allocated(0, 0), actual));
                }
            });
            return differences;
        }

        private boolean matches(Allocated expected, Allocated actual) {
            if (!linked) {
                return actual.equals(expected);
            }
            return actual.count() >= expected.count()
                    && actual.count() <= expected.count() + LINKAGE_BLOCKS
                    && actual.bytes() >= expected.bytes()
                    && actual.bytes() <= expected.bytes() + LINKAGE_BYTES;
        }

        private String describe(String name, Allocated expected, Allocated actual) {
            return "line %d: %s: expected %d blocks of %d bytes, found %d of %d: %s"
                    .formatted(
                            number,
                            name,
                            expected.count(),
                            expected.bytes(),
                            actual.count(),
                            actual.bytes(),
                            source.strip());
        }
    }

    private Expectations() {}

    /**
     * Those of one kind.
     *
     * @param kind the word behind the at sign; empty for the plain ones
     * @param n what N stands for
     */
    static List<Line> of(Subject subject, String kind, long n, Layout layout) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < subject.lines().size(); i++) {
            String source = subject.lines().get(i);
            Matcher comment = COMMENT.matcher(source);
            if (comment.find() && comment.group(1).equals(kind)) {
                lines.add(line(i + 1, source, comment.group(2), n, layout));
            }
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("nothing is expected with @" + kind);
        }
        return lines;
    }

    private static Line line(int number, String source, String text, long n, Layout layout) {
        Map<String, Allocated> classes = new TreeMap<>();
        boolean linked = false;
        if (!text.equals("nothing")) {
            for (String item : text.split(", ")) {
                Matcher parts = ITEM.matcher(item);
                if (!parts.matches()) {
                    throw new IllegalArgumentException("line " + number + ": cannot read " + item);
                }
                long count = count(parts, n);
                String name = parts.group(5);
                long size = parts.group(7) == null
                        ? layout.object(parts.group(6))
                        : layout.array(name, Long.parseLong(parts.group(7)));
                classes.put(
                        name, classes.getOrDefault(name, new Allocated(0, 0)).plus(count, count * size));
                linked |= !parts.group(4).isEmpty();
            }
        }
        return new Line(number, source, classes, linked);
    }

    private static long count(Matcher parts, long n) {
        long factor = parts.group(1).isEmpty() ? 1 : Long.parseLong(parts.group(1));
        long more = parts.group(3) == null ? 0 : Long.parseLong(parts.group(3));
        return (parts.group(2).isEmpty() ? factor : factor * n) + more;
    }
}
