package io.tracemalloc.it;

/**
 * Sizes of objects and arrays as HotSpot lays them out, computed apart from the tracer.
 *
 * @param header bytes of an object's header
 * @param arrayHeader the same with the array's length
 * @param reference bytes of a reference
 */
record Layout(int header, int arrayHeader, int reference) {

    /** 12-byte headers, compressed references: heaps below 32 GB. */
    static final Layout USUAL = new Layout(12, 16, 4);

    /** References as wide as addresses: ZGC, and {@code -XX:-UseCompressedOops}. */
    static final Layout WIDE_REFERENCES = new Layout(12, 16, 8);

    /** {@code -XX:+UseCompactObjectHeaders}. */
    static final Layout COMPACT = new Layout(8, 12, 4);

    private static final int ALIGNMENT = 8;

    /** Size of an object with these fields, in one class. */
    long object(String fields) {
        int wide = 0;
        int narrow = 0;
        for (int i = 0; i < fields.length(); i++) {
            int bytes = fieldBytes(fields.charAt(i));
            wide += bytes == 8 ? 8 : 0;
            narrow += bytes == 8 ? 0 : bytes;
        }
        // The wide ones begin at a multiple of 8; narrow ones fill the gap before them.
        int gap = wide > 0 && header % 8 != 0 ? 8 - header % 8 : 0;
        return aligned(header + gap + wide + Math.max(0, narrow - gap));
    }

    /** Size of an array of this class. */
    long array(String className, long length) {
        int bytes = className.endsWith("[][]")
                ? reference
                : switch (className.substring(0, className.length() - 2)) {
                    case "boolean", "byte" -> 1;
                    case "char", "short" -> 2;
                    case "int", "float" -> 4;
                    case "long", "double" -> 8;
                    default -> reference;
                };
        int first = bytes == 8 ? (int) aligned(arrayHeader) : arrayHeader;
        return aligned(first + bytes * length);
    }

    private int fieldBytes(char field) {
        return switch (field) {
            case 'Z', 'B' -> 1;
            case 'C', 'S' -> 2;
            case 'I', 'F' -> 4;
            case 'J', 'D' -> 8;
            default -> reference;
        };
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
