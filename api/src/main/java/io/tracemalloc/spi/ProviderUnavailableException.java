package io.tracemalloc.spi;

/**
 * No provider fits: none has the asked name, the asked one is unavailable, none is available, or two tie.
 *
 * <p>The message is one line and lists every candidate with its reason. The cause is the failure that made the asked
 * provider unavailable, if there was one.
 */
public class ProviderUnavailableException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** An error with this one-line message. */
    public ProviderUnavailableException(String message) {
        super(message);
    }

    /** An error with this one-line message and the failure behind it. */
    public ProviderUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
