package io.tracemalloc.cli;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes over what signals do to this process.
 *
 * <p>{@code sun.misc.Signal} is called by reflection: the compiler warns of it and takes no suppression. On a JVM without
 * it, signals keep their effect.
 */
final class SignalTrap implements AutoCloseable {

    private final Map<String, Object> former = new HashMap<>();

    private SignalTrap() {}

    /**
     * From now on these signals do this.
     *
     * @param names without {@code SIG}; those that this system does not have are left out
     * @param action gets the name, on a thread of the JVM
     */
    static SignalTrap install(List<String> names, Consumer<String> action) {
        SignalTrap trap = new SignalTrap();
        for (String name : names) {
            trap.takeOver(name, action);
        }
        return trap;
    }

    /** Gives the signals their former effect. */
    @Override
    public void close() {
        former.forEach(SignalTrap::handle);
        former.clear();
    }

    private void takeOver(String name, Consumer<String> action) {
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object catcher = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.accept(name);
                            return null;
                        }
                        return method.invoke(this, arguments);
                    });
            Object before = handle(name, catcher);
            if (before != null) {
                former.put(name, before);
            }
        } catch (ClassNotFoundException noSignals) {
            // A JVM without jdk.unsupported.
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
}
