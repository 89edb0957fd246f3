package io.tracemalloc.cli;

/**
 * One group of {@code top}.
 *
 * @param name line, class, method or package
 * @param bytesPerSecond allocated since the sample before
 * @param blocksPerSecond likewise
 * @param liveBytes as of the last garbage collection; 0 if live blocks are not recorded
 */
record TopRow(String name, double bytesPerSecond, double blocksPerSecond, long liveBytes, long liveCount) {}
