package io.tracemalloc.internal;

/** Failures as single lines of text. */
public final class Failures {

    private Failures() {}

    /** The message of a failure on one line; its class where it has no message. */
    public static String oneLine(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getName();
        }
        return message.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }

    /** As {@link #oneLine}, with the kind of failure where the message alone would not tell: a path, a class name. */
    public static String describe(Throwable failure) {
        String line = oneLine(failure);
        boolean saysEnough = failure instanceof IllegalArgumentException || failure instanceof IllegalStateException;
        String kind = failure.getClass().getSimpleName();
        return saysEnough || line.equals(failure.getClass().getName()) ? line : kind + ": " + line;
    }
}
