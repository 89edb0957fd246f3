package io.tracemalloc.capture.bytebuddy;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.tracemalloc.capture.bytebuddy.SiteTable.Slot;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.jar.asm.ClassReader;
import org.jspecify.annotations.Nullable;

/**
 * Methods that are larger with hooks than HotSpot compiles: they are interpreted, and run many times slower.
 *
 * <p>Safe for any thread.
 */
final class HugeMethods {

    /** HotSpot's {@code HugeMethodLimit}: bytes of code, which no product build lets anybody change. */
    private static final int LIMIT = 8000;

    /** HotSpot's {@code Tier3InvocationThreshold}: what was called less is not compiled whatever its size. */
    private static final int CALLS = 200;

    /** The names of methods, those of overloads once, by the name of their class with dots. */
    private final Map<String, Set<String>> grown = new ConcurrentHashMap<>();

    /** Notes the methods that the JVM would have compiled without hooks. No lambdas: this runs before main. */
    void compare(byte[] original, byte[] hooked) {
        if (hooked.length <= LIMIT) {
            return;
        }
        Set<String> huge = huge(hooked);
        if (huge.isEmpty()) {
            return;
        }
        huge.removeAll(huge(original));
        Set<String> names = new HashSet<>();
        for (String method : huge) {
            String name = method.substring(0, method.indexOf('('));
            // Class initializers run once.
            if (!name.equals("<clinit>")) {
                names.add(name);
            }
        }
        if (!names.isEmpty()) {
            grown.put(ClassInstrumenter.reader(hooked).getClassName().replace('/', '.'), names);
        }
    }

    /** The methods of a class that are larger than the limit, by name and descriptor; JVMS 4.1, 4.6 and 4.7.3. */
    private static Set<String> huge(byte[] bytes) {
        ClassReader reader = ClassInstrumenter.reader(bytes);
        char[] buffer = new char[reader.getMaxStringLength()];
        Set<String> huge = new HashSet<>();
        // Behind the flags, the class and its superclass.
        int at = reader.header + 6;
        at += 2 + 2 * reader.readUnsignedShort(at);
        int fields = reader.readUnsignedShort(at);
        at += 2;
        for (int i = 0; i < fields; i++) {
            at = afterAttributes(reader, at + 6);
        }
        int methods = reader.readUnsignedShort(at);
        at += 2;
        for (int i = 0; i < methods; i++) {
            int method = at;
            at = afterAttributes(reader, method + 6);
            // Most methods have no room for that much code.
            if (at - method > LIMIT && codeSize(reader, method + 6, buffer) > LIMIT) {
                huge.add(reader.readUTF8(method + 2, buffer).concat(reader.readUTF8(method + 4, buffer)));
            }
        }
        return huge;
    }

    private static int codeSize(ClassReader reader, int attributes, char[] buffer) {
        int at = attributes + 2;
        for (int i = reader.readUnsignedShort(attributes); i > 0; i--) {
            if ("Code".equals(reader.readUTF8(at, buffer))) {
                return reader.readInt(at + 10);
            }
            at += 6 + reader.readInt(at + 2);
        }
        return 0;
    }

    private static int afterAttributes(ClassReader reader, int begin) {
        int at = begin + 2;
        for (int i = reader.readUnsignedShort(begin); i > 0; i--) {
            at += 6 + reader.readInt(at + 2);
        }
        return at;
    }

    /**
     * Names the one that allocated most blocks, and says how many more there are. Those of which no place has allocated
     * as many blocks as it takes calls to be compiled are left out, such as large initializers.
     *
     * @param counted by slot
     * @return null if there is none, or the JVM compiles them nevertheless
     */
    @Nullable String note(SiteTable table, long[] counted) {
        if (grown.isEmpty() || !isLimited()) {
            return null;
        }
        Map<String, Long> blocks = new HashMap<>();
        for (int number = 0; number < counted.length; number++) {
            Slot slot = counted[number] >= CALLS ? table.slot(number) : null;
            if (slot != null) {
                Location location = slot.location();
                if (grown.getOrDefault(location.owner().className, Set.of()).contains(location.method())) {
                    blocks.merge(location.owner().className + "." + location.method(), counted[number], Long::sum);
                }
            }
        }
        return blocks.entrySet().stream()
                .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(most -> note(most.getKey(), blocks.size() - 1))
                .orElse(null);
    }

    private static String note(String most, int others) {
        return most
                + (others == 0
                        ? " is"
                        : others == 1 ? " and 1 more method are" : " and " + others + " more methods are")
                + " larger than 8,000 bytes with hooks: the JVM does not compile that, unless with"
                + " -XX:-DontCompileHugeMethods";
    }

    private static boolean isLimited() {
        try {
            HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return flags == null
                    || Boolean.parseBoolean(
                            flags.getVMOption("DontCompileHugeMethods").getValue());
        } catch (LinkageError | RuntimeException withoutManagement) {
            return true;
        }
    }
}
