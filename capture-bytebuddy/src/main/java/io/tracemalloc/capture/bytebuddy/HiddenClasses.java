package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.internal.Names;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Instruments hidden classes before they are defined: no agent sees them otherwise.
 *
 * <p>What matters are constructor references, {@code Foo::new}, and references to methods that count at their callers,
 * {@code Arrays::copyOf}: the lambda's hidden class itself executes the {@code new} or the call. It is told for the line
 * that has the reference. And the classes by which newer JDKs concatenate strings:
 * the {@code String} of a concatenation that is no {@code +} of the program counts where they make it.
 */
final class HiddenClasses {

    private static final int UTF8 = 1;
    private static final int METHOD_REFERENCE = 10;
    private static final int INTERFACE_METHOD_REFERENCE = 11;

    private HiddenClasses() {}

    /** The bytes to define. */
    static byte[] instrument(byte[] bytes, Class<?> host, SiteTable table, HookForm form) {
        ConstantPool pool = new ConstantPool(bytes);
        String hostName = host.getName().replace('.', '/');
        String className = pool.className();
        // What method handles make has owners of its own.
        boolean ownedElsewhere = hostName.startsWith("java/lang/") && !Hooks.isConcatHelper(className);
        if (ownedElsewhere || Hooks.isFindSinks(hostName)) {
            return bytes;
        }
        // Proxies of method handles are in modules of their own, which do not read the recorder's.
        if (!samePackage(className, hostName)) {
            return bytes;
        }
        boolean lambda = className.contains("$$Lambda");
        if (lambda && !pool.lambdaAllocates()) {
            return bytes;
        }
        Location site = lambda ? linkage(host) : null;
        String owner = lambda ? hostName : className;
        return ClassInstrumenter.instrumentHidden(owner, host.getClassLoader(), bytes, site, table, form);
    }

    private static boolean samePackage(String className, String hostName) {
        int end = hostName.lastIndexOf('/') + 1;
        return className.lastIndexOf('/') + 1 == end && className.startsWith(hostName.substring(0, end));
    }

    /** The line of the host that is being linked on this thread. */
    private static Location linkage(Class<?> host) {
        Function<Stream<StackWalker.StackFrame>, Optional<StackWalker.StackFrame>> ofHost = frames ->
                frames.filter(frame -> frame.getDeclaringClass() == host).findFirst();
        Optional<StackWalker.StackFrame> frame = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(ofHost);
        String className = Names.className(host.getName());
        String source = frame.map(StackWalker.StackFrame::getFileName).orElse(null);
        ClassSites owner = new ClassSites(className.replace('.', '/'), source, host.getClassLoader());
        return new Location(
                owner,
                frame.map(StackWalker.StackFrame::getMethodName).orElse(""),
                frame.map(StackWalker.StackFrame::getLineNumber).orElse(0));
    }

    /** As much of a class file as it takes to see that it allocates nothing. */
    private static final class ConstantPool {

        private final byte[] bytes;
        private final int[] offsets;
        private final String className;

        ConstantPool(byte[] bytes) {
            this.bytes = bytes;
            this.offsets = new int[unsigned(8)];
            int at = 10;
            for (int i = 1; i < offsets.length; i++) {
                offsets[i] = at;
                int tag = bytes[at];
                at += length(tag, at);
                if (tag == 5 || tag == 6) {
                    i++;
                }
            }
            // Behind the constants and the access flags.
            String name = text(unsigned(offsets[unsigned(at + 2)] + 1));
            this.className =
                    isAscii(name) ? name : ClassInstrumenter.reader(bytes).getClassName();
        }

        private static boolean isAscii(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) > 0x7F) {
                    return false;
                }
            }
            return true;
        }

        private int length(int tag, int at) {
            return switch (tag) {
                case UTF8 -> 3 + unsigned(at + 1);
                case 7, 8, 16, 19, 20 -> 3;
                case 15 -> 4;
                case 5, 6 -> 9;
                default -> 5;
            };
        }

        private int unsigned(int at) {
            return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
        }

        /**
         * Whether a lambda may make an object: by a call that counts at its caller, or by a constructor beside that of its
         * superclass. Where it seems to call nothing else, it makes an {@code Object}.
         */
        boolean lambdaAllocates() {
            int constructors = 0;
            int methods = 0;
            for (int offset : offsets) {
                if (offset != 0 && (bytes[offset] == METHOD_REFERENCE || bytes[offset] == INTERFACE_METHOD_REFERENCE)) {
                    int nameAndType = offsets[unsigned(offset + 3)];
                    String name = text(unsigned(nameAndType + 1));
                    if (name.equals("<init>")) {
                        constructors++;
                    } else if (isHooked(offset, name, text(unsigned(nameAndType + 3)))) {
                        return true;
                    } else {
                        methods++;
                    }
                }
            }
            return constructors > 1 || methods == 0;
        }

        private boolean isHooked(int offset, String name, String descriptor) {
            int opcode = bytes[offset] == INTERFACE_METHOD_REFERENCE ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
            String owner = text(unsigned(offsets[unsigned(offset + 1)] + 1));
            return Hooks.ofCall(className, opcode, owner, name, descriptor) != Hooks.Call.NONE;
        }

        /** The name in the file; the VM adds to it. */
        String className() {
            return className;
        }

        /** The text if it is ASCII, as every name is that has a meaning here. */
        private String text(int index) {
            int offset = offsets[index];
            return new String(bytes, offset + 3, unsigned(offset + 1), StandardCharsets.ISO_8859_1);
        }
    }
}
