package io.tracemalloc.statistic;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Sizes as tracemalloc prints them: in B, KiB, MiB, GiB or TiB, one decimal below 100 of a unit and none otherwise.
 *
 * <p>{@code 10,239} is {@code 10239 B}, {@code 10,240} is {@code 10.0 KiB}, {@code 596,992} is {@code 583 KiB}. Halves
 * round to even, as in CPython.
 */
public final class SizeFormat {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private SizeFormat() {}

    /** A size in bytes. */
    public static String format(long bytes) {
        return format((double) bytes, false);
    }

    /** A mean size in bytes. */
    public static String format(double bytes) {
        return format(bytes, false);
    }

    /** A difference of sizes in bytes, always with its sign. */
    public static String formatDiff(long bytes) {
        return format((double) bytes, true);
    }

    private static String format(double bytes, boolean signed) {
        double size = bytes;
        int unit = 0;
        while (!fits(size, unit)) {
            size /= 1024;
            unit++;
        }
        int decimals = unit > 0 && Math.abs(size) < 100 ? 1 : 0;
        String number =
                new BigDecimal(size).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
        String sign = signed && !number.startsWith("-") ? "+" : "";
        return sign + number + ' ' + UNITS[unit];
    }

    private static boolean fits(double size, int unit) {
        return unit == UNITS.length - 1 || Math.abs(size) < 10 * 1024;
    }
}
