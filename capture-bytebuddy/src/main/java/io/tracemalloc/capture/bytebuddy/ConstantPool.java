package io.tracemalloc.capture.bytebuddy;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassWriter;

/**
 * Constants that the JVM takes for new ones each time it sees them.
 *
 * <p>When a class is redefined, HotSpot adds the constants of the new version to those of the old one, but for those that
 * are equal. A NaN equals nothing, so it is added each time; and since JDK 25 shows the sum to the next transformer, a
 * class with one NaN has three after a start and a stop, then nine, until its pool overflows after some nine sessions and
 * merging takes a minute. A version that has each NaN once stops that: there is one more for each transformation.
 */
final class ConstantPool {

    private static final int FIRST = 10;

    private ConstantPool() {}

    /** Whether the class file has a NaN twice, as it has if the JVM added it. */
    static boolean repeatsNaN(byte[] classFile) {
        int floats = 0;
        int doubles = 0;
        int count = unsignedShort(classFile, FIRST - 2);
        int at = FIRST;
        for (int i = 1; i < count; i++) {
            int tag = classFile[at];
            if (tag == 4 && Float.isNaN(Float.intBitsToFloat((int) number(classFile, at + 1, Integer.BYTES)))) {
                floats++;
            } else if (tag == 6 && Double.isNaN(Double.longBitsToDouble(number(classFile, at + 1, Long.BYTES)))) {
                doubles++;
            }
            // JVMS, table 4.4-A; what takes eight bytes takes two places as well.
            switch (tag) {
                case 1 -> at += 3 + unsignedShort(classFile, at + 1);
                case 5, 6 -> {
                    at += 9;
                    i++;
                }
                case 7, 8, 16, 19, 20 -> at += 3;
                case 15 -> at += 4;
                default -> at += 5;
            }
        }
        return floats > 1 || doubles > 1;
    }

    /** The same class, with the constants that it uses, each once. */
    static byte[] compact(ClassReader reader) {
        ClassWriter writer = new ClassWriter(0);
        reader.accept(writer, 0);
        return writer.toByteArray();
    }

    private static int unsignedShort(byte[] bytes, int at) {
        return (int) number(bytes, at, Short.BYTES);
    }

    private static long number(byte[] bytes, int at, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = (value << Byte.SIZE) | (bytes[at + i] & 0xFF);
        }
        return value;
    }
}
