package io.tracemalloc.capture.jvmti;

/**
 * What one sample stands for. A block of {@code s} bytes is sampled with probability {@code p = 1 - exp(-s / interval)},
 * and one that lives is followed with 1 in {@code 2^thinning} of that.
 */
final class Weight {

    private Weight() {}

    /** Blocks that a block stands for that was sampled under this interval. */
    static double of(long blockSize, long intervalBytes) {
        return intervalBytes == 1 ? 1 : 1 / -Math.expm1(-(double) blockSize / intervalBytes);
    }

    /**
     * Variance of an estimate in bytes: each of the samples was in with probability 1 / weight, independent of the others
     * (Horvitz and Thompson 1952).
     */
    static double variance(long samples, long blockSize, double weight) {
        return samples * weight * (weight - 1) * blockSize * blockSize;
    }
}
