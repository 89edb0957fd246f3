package io.tracemalloc.capture.jvmti;

/**
 * What the native side says of itself.
 *
 * @param dropped samples without a record
 * @param cut samples whose traceback was cut for want of memory
 * @param mixed samples whose block size was not kept for want of memory
 * @param unfollowed samples that were not followed while there was no room
 * @param thinning each followed object stands for 2<sup>thinning</sup> samples
 * @param overheadBytes its memory
 * @param recognised samples whose stack was put together from known places
 * @param mistaken samples that, read again as a check, had another stack than their machine code had stood for
 */
record Facts(
        long dropped,
        long cut,
        long mixed,
        long unfollowed,
        int thinning,
        long overheadBytes,
        long recognised,
        long mistaken) {

    /** As of now. */
    static Facts read() {
        long[] values = new long[8];
        NativeAgent.facts(values);
        return new Facts(values[0], values[1], values[2], values[3], (int) values[4], values[5], values[6], values[7]);
    }
}
