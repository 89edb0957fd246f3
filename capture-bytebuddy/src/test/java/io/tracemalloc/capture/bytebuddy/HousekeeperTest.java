package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HousekeeperTest {

    private static final long MEMORY = 1 << 20;

    @Test
    void aFullHeapDoesNotEndIt() throws InterruptedException {
        BootClasses.define(InstrumentationAccess.get());
        CountDownLatch full = new CountDownLatch(2);
        CountDownLatch open = new CountDownLatch(1);
        Housekeeper keeper = new Housekeeper(new LiveSet(MEMORY), () -> {
            full.countDown();
            if (full.getCount() > 0) {
                throw new OutOfMemoryError("as of a full heap");
            }
            open.countDown();
        });
        keeper.start();
        try {
            assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            keeper.end();
        }
        keeper.join();
    }

    @Test
    void anInterruptOfTheProgramDoesNotEndIt() throws InterruptedException {
        BootClasses.define(InstrumentationAccess.get());
        CountDownLatch open = new CountDownLatch(1);
        Housekeeper keeper = new Housekeeper(new LiveSet(MEMORY), open::countDown);
        keeper.start();
        try {
            keeper.interrupt();

            assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            keeper.end();
        }
        keeper.join();
    }
}
