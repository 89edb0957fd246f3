package io.tracemalloc.remote.netty;

import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;

/**
 * Keeps Netty from logging where it was moved into the agent: it would look for a logging library on the application's
 * class path and start that before the application configures it.
 *
 * <p>An embedder's own Netty logs as ever.
 */
final class QuietLog extends InternalLoggerFactory {

    /* Written so that moving the packages does not change it. */
    private static final String ORIGINAL = "io!netty!".replace('!', '.');

    private QuietLog() {}

    /** Must come before any other class of Netty. */
    static void install() {
        if (isMoved()) {
            InternalLoggerFactory.setDefaultFactory(new QuietLog());
        }
    }

    private static boolean isMoved() {
        return !InternalLoggerFactory.class.getName().startsWith(ORIGINAL);
    }

    @Override
    protected InternalLogger newInstance(String name) {
        return new Silent(name);
    }

    private static final class Silent extends AbstractInternalLogger {
        private static final long serialVersionUID = 1L;

        Silent(String name) {
            super(name);
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return false;
        }

        @Override
        public boolean isWarnEnabled() {
            return false;
        }

        @Override
        public boolean isErrorEnabled() {
            return false;
        }

        @Override
        public void trace(String message) {}

        @Override
        public void trace(String format, Object argument) {}

        @Override
        public void trace(String format, Object first, Object second) {}

        @Override
        public void trace(String format, Object... arguments) {}

        @Override
        public void trace(String message, Throwable failure) {}

        @Override
        public void debug(String message) {}

        @Override
        public void debug(String format, Object argument) {}

        @Override
        public void debug(String format, Object first, Object second) {}

        @Override
        public void debug(String format, Object... arguments) {}

        @Override
        public void debug(String message, Throwable failure) {}

        @Override
        public void info(String message) {}

        @Override
        public void info(String format, Object argument) {}

        @Override
        public void info(String format, Object first, Object second) {}

        @Override
        public void info(String format, Object... arguments) {}

        @Override
        public void info(String message, Throwable failure) {}

        @Override
        public void warn(String message) {}

        @Override
        public void warn(String format, Object argument) {}

        @Override
        public void warn(String format, Object... arguments) {}

        @Override
        public void warn(String format, Object first, Object second) {}

        @Override
        public void warn(String message, Throwable failure) {}

        @Override
        public void error(String message) {}

        @Override
        public void error(String format, Object argument) {}

        @Override
        public void error(String format, Object first, Object second) {}

        @Override
        public void error(String format, Object... arguments) {}

        @Override
        public void error(String message, Throwable failure) {}
    }
}
