package io.tracemalloc.capture.jvmti;

/**
 * What one sample stands for. A block of {@code s} bytes is sampled with probability {@code p = 1 - exp(-s / interval)},
 * and one that lives is followed with 1 in {@code 2^thinning} of that.
 */
final class Weight {

    private final long intervalBytes;

    Weight(long intervalBytes) {
        this.intervalBytes = intervalBytes;
    }

    /** Blocks that a sampled block stands for. */
    double of(long blockSize) {
        return intervalBytes == 1 ? 1 : 1 / -Math.expm1(-(double) blockSize / intervalBytes);
    }

    /** Blocks that a followed block stands for. */
    double of(long blockSize, int thinning) {
        return Math.scalb(of(blockSize), thinning);
    }

    /**
     * Variance of an estimate in bytes: each of the samples was in with probability 1 / weight, independent of the others
     * (Horvitz and Thompson 1952).
     */
    static double variance(long samples, long blockSize, double weight) {
        return samples * weight * (weight - 1) * blockSize * blockSize;
    }
}
