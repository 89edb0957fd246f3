package io.tracemalloc;

import java.io.IOException;

/**
 * A snapshot could not be read: the input is damaged, cut off, too large or no snapshot at all.
 *
 * <p>The message is one line that says what was expected and what was found; {@link Snapshot#load} puts the file's name
 * before it. Nothing was loaded.
 */
public class SnapshotFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    /** An error with this one-line message. */
    public SnapshotFormatException(String message) {
        super(message);
    }

    /** An error with this one-line message and the failure behind it. */
    public SnapshotFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
