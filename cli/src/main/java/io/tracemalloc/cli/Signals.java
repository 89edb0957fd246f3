package io.tracemalloc.cli;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands signals that reach this process on to the child, and stays alive for the child's end.
 *
 * <p>An interrupt typed on the terminal goes to the whole foreground process group, the child included: it is not sent
 * a second time, since many programs take a second one as an order to give up at once. {@code SIGQUIT} belongs to the
 * JVM and cannot be had; typed on the terminal it reaches the child anyway.
 *
 * <p>{@code sun.misc.Signal} is called by reflection: the compiler warns of it and takes no suppression.
 */
final class Signals implements AutoCloseable {

    private static final List<String> FORWARDED = List.of("INT", "TERM", "HUP");

    private final Map<String, Object> former = new HashMap<>();

    /** Guarded by this. */
    private @Nullable Process child;

    /** A signal that came before there was a child. Guarded by this. */
    private @Nullable String early;

    private Signals() {}

    /** Takes over the signals. */
    static Signals install() {
        Signals signals = new Signals();
        for (String name : FORWARDED) {
            signals.takeOver(name);
        }
        return signals;
    }

    /** From now on signals go to this child, an early one at once. */
    synchronized void forwardTo(Process started) {
        child = started;
        if (early != null) {
            send(started, early);
        }
    }

    private synchronized void received(String name) {
        if (child == null) {
            early = name;
        } else if (!(name.equals("INT") && isForeground())) {
            send(child, name);
        }
    }

    private static void send(Process process, String name) {
        try {
            // The shell's own kill: a small container has no other.
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noShell) {
            process.destroy();
        }
    }

    /** Gives the signals their former effect. */
    @Override
    public void close() {
        former.forEach(Signals::handle);
    }

    private void takeOver(String name) {
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object forwarder = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            received(name);
                            return null;
                        }
                        return method.invoke(this, arguments);
                    });
            Object before = handle(name, forwarder);
            if (before != null) {
                former.put(name, before);
            }
        } catch (ClassNotFoundException noSignals) {
            // A JVM without jdk.unsupported: signals keep their effect.
        }
    }

    /** Sets the handler of a signal and returns the former one; null if this system has no such signal. */
    private static @Nullable Object handle(String name, Object newHandler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            return signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), newHandler);
        } catch (ReflectiveOperationException notOnThisSystem) {
            return null;
        }
    }

    /** Whether this process belongs to the group to which the terminal sends its interrupts. */
    private static boolean isForeground() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            String group = fields[2];
            String foreground = fields[5];
            return group.equals(foreground);
        } catch (IOException | RuntimeException noProc) {
            return Terminal.isTerminal(0);
        }
    }
}
