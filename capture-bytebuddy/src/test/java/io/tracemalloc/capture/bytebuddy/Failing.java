package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.boot.Handler;
import io.tracemalloc.capture.bytebuddy.boot.Variant;

/** Fails whatever it is asked, in a different way each time. */
final class Failing extends Handler {

    private int asked;

    @SuppressWarnings("TypeParameterUnusedInFormals") // stands for a value that never comes
    private synchronized <T> T fail() {
        switch (asked++ % 4) {
            case 0 -> throw new IllegalStateException("injected");
            case 1 -> throw new OutOfMemoryError("injected");
            case 2 -> throw new StackOverflowError("injected");
            default -> throw new NoClassDefFoundError("injected");
        }
    }

    @Override
    public long sizeOf(int slot) {
        return this.<Long>fail();
    }

    @Override
    public void sample(int slot, long sizeBytes) {
        fail();
    }

    @Override
    public Variant variant(int site, Class<?> allocated) {
        return fail();
    }

    @Override
    public int viaSlot(int callerSite, int slot) {
        return this.<Integer>fail();
    }

    @Override
    public int pairSlot(int programSite, int slot) {
        return this.<Integer>fail();
    }

    @Override
    public byte[] hidden(byte[] bytes, Class<?> host) {
        return fail();
    }

    @Override
    public void nativeAllocated(long address, long sizeBytes) {
        fail();
    }

    @Override
    public void nativeFreed(long address) {
        fail();
    }

    @Override
    public void threadEnds(Thread thread) {
        fail();
    }
}
