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

    // JVMS, table 4.4-A.
    private static final int FLOAT = 4;
    private static final int DOUBLE = 6;

    private ConstantPool() {}

    /** Whether the class file has a NaN twice, as it has if the JVM added it. */
    static boolean repeatsNaN(ClassReader reader) {
        int floats = 0;
        int doubles = 0;
        for (int i = 1; i < reader.getItemCount(); i++) {
            int value = reader.getItem(i);
            // Behind a long or double comes a place without a constant.
            int tag = value == 0 ? 0 : reader.readByte(value - 1);
            if (tag == FLOAT && Float.isNaN(Float.intBitsToFloat(reader.readInt(value)))) {
                floats++;
            } else if (tag == DOUBLE && Double.isNaN(Double.longBitsToDouble(reader.readLong(value)))) {
                doubles++;
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
}
