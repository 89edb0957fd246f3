package io.tracemalloc.capture.bytebuddy;

import jdk.internal.misc.Unsafe;

/**
 * Defines classes on the boot loader by the JDK's own Unsafe.
 *
 * <p>Part of the agent, in the agent's loader, but compiled with the boot classes, which may name internal types. {@code
 * jdk.internal.misc} has to be exported to its module before it is used. Reflection would not need this class, but newer
 * JDKs take 30 ms for the classes that they generate for such a call.
 */
final class BootDefiner {

    private BootDefiner() {}

    /**
     * Defines a class.
     *
     * @param bytes the class file; its name is taken from it
     * @throws LinkageError if the loader has such a class or refuses it
     */
    static Class<?> define(byte[] bytes) {
        return Unsafe.getUnsafe().defineClass(null, bytes, 0, bytes.length, null, null);
    }
}
