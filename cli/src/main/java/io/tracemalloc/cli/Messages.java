package io.tracemalloc.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Puts failures and numbers into words, one line each. */
final class Messages {

    private static final Pattern USER = Pattern.compile("(?i)(https?://)\\S*@");

    private Messages() {}

    /** What went wrong, on one line, without a file name: the caller knows it. */
    static String of(Throwable failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof NotDirectoryException || failure instanceof FileAlreadyExistsException) {
            return "not a directory";
        }
        if (failure instanceof FileSystemException file && file.getReason() != null) {
            return oneLine(file.getReason());
        }
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        boolean known = failure instanceof IOException
                || failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException;
        return oneLine(known ? message : failure.getClass().getSimpleName() + ": " + message);
    }

    /** The text without users and passwords in its addresses, {@code http://x:TOKEN@host}: logs have readers. */
    static String withoutUser(String text) {
        return text.contains("://") ? USER.matcher(text).replaceAll("$1") : text;
    }

    /** The text with everything that could move a terminal's cursor spelled out, line ends included. */
    static String oneLine(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return escapeControls(text);
            }
        }
        return text;
    }

    private static String escapeControls(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                escaped.append(c == '\n' ? "\\n" : c == '\t' ? " " : String.format(Locale.ROOT, "\\x%02x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** A number with thousands separators, {@code 1,234}. */
    static String number(long value) {
        String digits = Long.toString(value);
        StringBuilder grouped = new StringBuilder(digits);
        int first = value < 0 ? 1 : 0;
        for (int i = digits.length() - 3; i > first; i -= 3) {
            grouped.insert(i, ',');
        }
        return grouped.toString();
    }

    /** A number and its noun, {@code 1 block}, {@code 1,234 blocks}. */
    static String counted(long value, String noun) {
        return number(value) + ' ' + noun + (value == 1 ? "" : "s");
    }

    /** A share of a whole, {@code 12.3 %}; of nothing, {@code 0.0 %}. */
    static String percent(long part, long whole) {
        long tenths = whole == 0 ? 0 : Math.round(1000.0 * part / whole);
        return tenths / 10 + "." + Math.abs(tenths % 10) + " %";
    }

    /** Blanks and the text, so wide at least. Trees have many rows, and {@code String.format} takes its time. */
    static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
