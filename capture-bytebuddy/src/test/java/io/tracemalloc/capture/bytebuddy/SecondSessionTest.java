package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.GroupBy;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import traced.Work;

/** What a session learns must not be missing in the next one. */
final class SecondSessionTest {

    private static final long SERVICE_BYTES = 56;
    private static final int BLOCKS = 1_000;

    @TempDir
    private Path services;

    @AfterEach
    void stopTracing() {
        Tracemalloc.stop();
    }

    /** After 15 calls JDK 17 replaces its native constructor accessor by a generated one. */
    @ParameterizedTest
    @ValueSource(ints = {10, 40})
    void knowsTheSizeOfObjectsMadeByReflectionForTheJdkItself(int count) throws IOException {
        Path list = services.resolve("META-INF/services/java.lang.Runnable");
        Files.createDirectories(list.getParent());
        Files.writeString(list, Work.Service.class.getName());

        long first = bytesOfServices(count);
        long second = bytesOfServices(count);

        assertThat(first).isEqualTo(count * SERVICE_BYTES);
        assertThat(second).isEqualTo(count * SERVICE_BYTES);
    }

    /** Code that was instrumented for one form of hooks must not run in a session of another. */
    @Test
    void countsAndFollowsAfterASessionOfAnyOtherForm() {
        TraceOptions counting = TraceOptions.DEFAULTS.withFrames(1).withLive(LiveTracking.OFF);
        TraceOptions sampling =
                TraceOptions.DEFAULTS.withFrames(5).withIntervalBytes(1).withLive(LiveTracking.OFF);
        TraceOptions following = TraceOptions.DEFAULTS.withFrames(1).withLive(LiveTracking.EXACT);

        for (TraceOptions options : List.of(counting, following, sampling, counting, sampling, following, counting)) {
            Tracemalloc.start(options);
            List<Object> kept = Work.blocks(BLOCKS);
            Snapshot blocks = Tracemalloc.takeSnapshot()
                    .filter(Filter.builder(true)
                            .className(Work.Block.class.getTypeName())
                            .build());
            Tracemalloc.stop();

            assertThat(kept).hasSize(BLOCKS);
            assertThat(blocks.totalCount(Metric.ALLOCATED)).as("%s", options).isEqualTo(BLOCKS);
            if (options.live() == LiveTracking.EXACT) {
                assertThat(blocks.totalCount(Metric.LIVE)).as("%s", options).isEqualTo(BLOCKS);
            }
            if (options.frames() > 1) {
                assertThat(blocks.statistics(GroupBy.TRACEBACK)
                                .get(0)
                                .traceback()
                                .frames()
                                .size())
                        .as("%s", options)
                        .isGreaterThan(1);
            }
        }
    }

    /** The numbers of one form stand for something else in another. */
    @Test
    void countsInTheRightPlacesAfterASessionOfAnyOtherForm() {
        TraceOptions counting = TraceOptions.DEFAULTS.withFrames(1).withLive(LiveTracking.OFF);
        TraceOptions following = TraceOptions.DEFAULTS.withFrames(1).withLive(LiveTracking.EXACT);

        for (TraceOptions options : List.of(following, counting, following)) {
            Tracemalloc.start(options);
            List<Object> kept = Work.Described.blocks(BLOCKS);
            Snapshot all = Tracemalloc.takeSnapshot();
            Tracemalloc.stop();

            assertThat(kept).hasSize(2 * BLOCKS);
            assertThat(all.columns().attributes()).as("%s", options).doesNotContainKey("not_instrumented_classes");
            Snapshot here = all.filter(Filter.builder(true).file(Work.FILE).build());
            assertThat(count(here, Work.Block.class)).as("%s", options).isEqualTo(BLOCKS);
            assertThat(count(here, StringBuilder.class)).as("%s", options).isEqualTo(BLOCKS);
        }
    }

    private static long count(Snapshot snapshot, Class<?> allocated) {
        return snapshot.filter(
                        Filter.builder(true).className(allocated.getTypeName()).build())
                .totalCount(Metric.ALLOCATED);
    }

    private long bytesOfServices(int count) throws IOException {
        Tracemalloc.start(TraceOptions.DEFAULTS.withLive(LiveTracking.OFF));
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {services.toUri().toURL()}, Work.class.getClassLoader())) {
            for (int i = 0; i < count; i++) {
                Work.sink =
                        ServiceLoader.load(Runnable.class, loader).findFirst().orElseThrow();
            }
        }
        long bytes = Tracemalloc.takeSnapshot()
                .filter(Filter.builder(true)
                        .className(Work.Service.class.getTypeName())
                        .build())
                .totalBytes(Metric.ALLOCATED);
        Tracemalloc.stop();
        return bytes;
    }
}
