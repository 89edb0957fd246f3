package io.tracemalloc.internal.analysis;

/**
 * A pattern as Python's {@code fnmatch} reads it: {@code *}, {@code ?}, {@code [seq]} and {@code [!seq]}, on code
 * points, case-sensitive.
 *
 * <p>Immutable; safe for any thread.
 */
final class Glob {

    private final int[] pattern;

    Glob(String pattern) {
        this.pattern = pattern.codePoints().toArray();
    }

    /** Whether the whole text fits; takes at most text times pattern steps, whatever the pattern. */
    boolean matches(String text) {
        int[] points = text.codePoints().toArray();
        int at = 0;
        int next = 0;
        int star = -1;
        int retry = 0;
        while (at < points.length) {
            int end = next < pattern.length ? tokenEnd(next) : next;
            if (next < pattern.length && pattern[next] == '*') {
                star = end;
                retry = at;
                next = end;
            } else if (end > next && matches(next, end, points[at])) {
                at++;
                next = end;
            } else if (star >= 0) {
                // The last star takes one more; earlier ones need not be tried again.
                next = star;
                at = ++retry;
            } else {
                return false;
            }
        }
        while (next < pattern.length && pattern[next] == '*') {
            next++;
        }
        return next == pattern.length;
    }

    /** Where the token that begins here ends: a closed bracket, or one character. */
    private int tokenEnd(int start) {
        if (pattern[start] != '[') {
            return start + 1;
        }
        int end = start + 1;
        if (end < pattern.length && pattern[end] == '!') {
            end++;
        }
        if (end < pattern.length && pattern[end] == ']') {
            end++;
        }
        while (end < pattern.length && pattern[end] != ']') {
            end++;
        }
        return end == pattern.length ? start + 1 : end + 1;
    }

    private boolean matches(int start, int end, int point) {
        if (end - start == 1) {
            return pattern[start] == '?' || pattern[start] == point;
        }
        boolean negated = pattern[start + 1] == '!';
        return negated != contains(start + (negated ? 2 : 1), end - 1, point);
    }

    private boolean contains(int start, int end, int point) {
        int i = start;
        while (i < end) {
            boolean range = i + 2 < end && pattern[i + 1] == '-';
            if (point >= pattern[i] && point <= pattern[range ? i + 2 : i]) {
                return true;
            }
            i += range ? 3 : 1;
        }
        return false;
    }
}
