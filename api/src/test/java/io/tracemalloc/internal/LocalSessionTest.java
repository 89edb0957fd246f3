package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.Domain;
import io.tracemalloc.Exactness;
import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.Trace;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.ProviderUnavailableException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalSessionTest {

    private static final int OWN_DOMAIN = 16;

    private final FakeBackend backend = new FakeBackend();
    private final LocalSession session = new LocalSession(options -> backend.provider());

    @Test
    void answersWithNothingWhileNotTracing() {
        assertThat(session.isTracing()).isFalse();
        assertThat(session.tracedMemory()).isEqualTo(TracedMemory.NONE);
        assertThat(session.overheadBytes()).isZero();
        assertThat(session.objectTraceback("x")).isEmpty();
        assertThat(session.track(OWN_DOMAIN, 1, 10)).isFalse();
        assertThat(session.untrack(OWN_DOMAIN, 1)).isFalse();
        assertThat(session.options()).isEqualTo(TraceOptions.DEFAULTS);
        assertThatThrownBy(session::takeSnapshot)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("not tracing: start the tracer before taking a snapshot");
    }

    @Test
    void doesNothingToBackendWhileNotTracing() {
        session.stop();
        session.clearTraces();
        session.resetPeak();

        assertThat(backend.stops).hasValue(0);
        assertThat(backend.clears).hasValue(0);
        assertThat(backend.violations).isEmpty();
    }

    @Test
    void keepsRunningSessionWhenStartedAgain() {
        session.start(TraceOptions.DEFAULTS.withFrames(3));
        session.start(TraceOptions.DEFAULTS.withFrames(9));

        assertThat(session.options().frames()).isEqualTo(3);
        assertThat(backend.starts).hasValue(1);
    }

    @Test
    void startsAnewAfterStop() {
        session.start(TraceOptions.DEFAULTS.withFrames(3));
        session.stop();
        session.start(TraceOptions.DEFAULTS.withFrames(9));

        assertThat(session.isTracing()).isTrue();
        assertThat(session.options().frames()).isEqualTo(9);
        assertThat(backend.starts).hasValue(2);
        assertThat(backend.violations).isEmpty();
    }

    @Test
    void answersFromBackendWhileTracing() {
        Object known = new Object();
        backend.known.add(known);
        session.start(TraceOptions.DEFAULTS);

        assertThat(session.tracedMemory()).isEqualTo(new TracedMemory(1000, 3000, false));
        assertThat(session.overheadBytes()).isEqualTo(5000);
        assertThat(session.objectTraceback(known)).contains(FakeBackend.SITE);
        assertThat(session.objectTraceback(new Object())).isEmpty();

        session.resetPeak();
        assertThat(session.tracedMemory()).isEqualTo(new TracedMemory(1000, 1000, false));
    }

    @Test
    void takesSnapshotWithRecordsFactsAndOptions() {
        session.start(TraceOptions.DEFAULTS.withFrames(7).withIntervalBytes(4096));

        Snapshot snapshot = session.takeSnapshot();

        assertThat(snapshot.traces())
                .containsExactly(new Trace(0, 984, "byte[]", "", "", FakeBackend.SITE, 3, 2952, 2, 1968));
        assertThat(snapshot.tracebackLimit()).isEqualTo(7);
        assertThat(snapshot.info().intervalBytes()).isEqualTo(4096);
        assertThat(snapshot.info().duration().isNegative()).isFalse();
        assertThat(snapshot.defaultMetric()).isEqualTo(Metric.LIVE);
        assertThat(snapshot.columns().overheadBytes()).isEqualTo(5000);
        assertThat(snapshot.columns().attributes())
                .containsEntry("backend", "fake")
                .containsEntry("unattributed_bytes", "77")
                .containsEntry("java.version", System.getProperty("java.version"));
    }

    @Test
    void takesSnapshotWithoutBeingRecorded() {
        session.start(TraceOptions.DEFAULTS);

        session.takeSnapshot();

        assertThat(backend.unrecorded).hasValue(1);
    }

    @Test
    void addsTrackedBlocksToSnapshotUntilTheyAreUntracked() {
        session.start(TraceOptions.DEFAULTS);
        assertThat(session.track(OWN_DOMAIN, 1, 100)).isTrue();
        assertThat(session.track(OWN_DOMAIN, 2, 300)).isTrue();
        assertThat(session.untrack(OWN_DOMAIN, 1)).isTrue();

        List<Trace> tracked = tracked();

        assertThat(tracked).hasSize(2);
        assertThat(tracked)
                .filteredOn(each -> each.size() == 100)
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.allocatedCount()).isEqualTo(1);
                    assertThat(each.liveCount()).isZero();
                });
        assertThat(tracked)
                .filteredOn(each -> each.size() == 300)
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.allocatedBytes()).isEqualTo(300);
                    assertThat(each.liveBytes()).isEqualTo(300);
                });
    }

    @Test
    void givesTrackedBlockTheTracebackOfWhoeverTracksIt() {
        session.start(TraceOptions.DEFAULTS.withFrames(2));

        StackTraceElement here = new Throwable().getStackTrace()[0];
        trackFromHelper();

        Trace trace = tracked().get(0);
        assertThat(trace.traceback().frames()).hasSize(2);
        assertThat(trace.traceback().site().qualifiedMethod())
                .isEqualTo("io.tracemalloc.internal.LocalSessionTest.trackFromHelper");
        assertThat(trace.traceback().frames().get(1))
                .hasToString("io/tracemalloc/internal/LocalSessionTest.java:" + (here.getLineNumber() + 1));
        assertThat(trace.traceback().totalFrames()).isGreaterThan(10);
    }

    private void trackFromHelper() {
        session.track(OWN_DOMAIN, 1, 100);
    }

    @Test
    void givesTracebackOfTheCallerThoughTheBackendWorksOnAnotherThread() {
        backend.unrecordedOnAnotherThread = true;
        session.start(TraceOptions.DEFAULTS);

        trackFromHelper();

        assertThat(tracked()).singleElement().satisfies(trace -> {
            assertThat(trace.traceback().site().methodName()).isEqualTo("trackFromHelper");
            assertThat(trace.liveBytes()).isEqualTo(100);
        });
    }

    @Test
    void leavesHiddenFramesOutOfTracebacks() {
        session.start(TraceOptions.DEFAULTS.withFrames(2));

        Runnable lambda = () -> session.track(OWN_DOMAIN, 1, 100);
        lambda.run();

        assertThat(tracked().get(0).traceback().frames())
                .extracting(frame -> frame.className())
                .containsOnly("io.tracemalloc.internal.LocalSessionTest");
    }

    @Test
    void replacesBlockThatIsTrackedAgain() {
        session.start(TraceOptions.DEFAULTS);
        session.track(OWN_DOMAIN, 1, 100);
        session.track(OWN_DOMAIN, 1, 250);

        assertThat(session.tracedMemory().currentBytes()).isEqualTo(1250);
        assertThat(tracked()).extracting(Trace::liveBytes).containsExactlyInAnyOrder(0L, 250L);
    }

    @Test
    void keepsEqualAddressesOfDifferentDomainsApart() {
        session.start(TraceOptions.DEFAULTS);
        session.track(OWN_DOMAIN, 1, 100);
        session.track(Domain.NATIVE_MEMORY, 1, 200);

        session.untrack(OWN_DOMAIN, 1);

        assertThat(session.tracedMemory().currentBytes()).isEqualTo(1200);
    }

    @Test
    void countsTrackedBlocksInTracedMemoryAndPeak() {
        backend.memory = TracedMemory.NONE;
        session.start(TraceOptions.DEFAULTS);
        session.track(OWN_DOMAIN, 1, 100);
        session.track(OWN_DOMAIN, 2, 300);
        session.untrack(OWN_DOMAIN, 2);

        assertThat(session.tracedMemory()).isEqualTo(new TracedMemory(100, 400, false));
        session.resetPeak();
        session.clearTraces();
        assertThat(session.untrack(OWN_DOMAIN, 1)).isTrue();
        assertThat(session.tracedMemory().currentBytes()).isEqualTo(1000);
    }

    @Test
    void callsPeakOfSumAnEstimate() {
        session.start(TraceOptions.DEFAULTS);
        session.track(OWN_DOMAIN, 1, 100);

        assertThat(session.tracedMemory()).isEqualTo(new TracedMemory(1100, 3100, true));
    }

    @Test
    void countsTrackedBlocksInOverhead() {
        session.start(TraceOptions.DEFAULTS);
        session.track(OWN_DOMAIN, 1, 100);

        assertThat(session.overheadBytes()).isGreaterThan(5000);
        assertThat(session.takeSnapshot().columns().overheadBytes()).isGreaterThan(5000);
    }

    @Test
    void dropsTrackedBlocksBeyondTheMemoryLimitAndCountsThem() {
        session.start(TraceOptions.DEFAULTS.withMemoryLimitBytes(1 << 20));

        int recorded = 0;
        for (int address = 0; address < 10_000; address++) {
            recorded += session.track(OWN_DOMAIN, address, 8) ? 1 : 0;
        }

        assertThat(recorded).isBetween(1000, 9999);
        assertThat(session.overheadBytes()).isLessThanOrEqualTo(5000 + (1 << 18));
        assertThat(session.takeSnapshot().columns().dropped()).isEqualTo(10_000 - recorded);
    }

    @Test
    void dropsBlocksWhoseSizesDoNotAddUp() {
        session.start(TraceOptions.DEFAULTS);

        assertThat(session.track(OWN_DOMAIN, 1, Long.MAX_VALUE)).isFalse();
        assertThat(session.track(OWN_DOMAIN, 2, 1L << 62)).isTrue();
        assertThat(session.track(OWN_DOMAIN, 3, 1)).isFalse();
        session.untrack(OWN_DOMAIN, 2);
        assertThat(session.track(OWN_DOMAIN, 3, 1)).isFalse();

        assertThat(tracked()).extracting(Trace::allocatedBytes).containsExactly(1L << 62);
        assertThat(session.takeSnapshot().columns().dropped()).isEqualTo(3);
        assertThat(session.status().dropped()).isEqualTo(3);
    }

    @Test
    void recordsNoLiveValuesOfTrackedBlocksWithLiveOff() {
        LocalSession allocationsOnly = new LocalSession(options -> FakeBackend.provider(NothingRecorded::new));
        allocationsOnly.start(TraceOptions.DEFAULTS.withLive(LiveTracking.OFF));
        allocationsOnly.track(OWN_DOMAIN, 1, 100);

        Snapshot snapshot = allocationsOnly.takeSnapshot();

        assertThat(snapshot.metrics()).containsExactly(Metric.ALLOCATED);
        assertThat(snapshot.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT);
        assertThat(snapshot.defaultMetric()).isEqualTo(Metric.ALLOCATED);
    }

    @Test
    void keepsTrackingThreadsApartIfAsked() throws InterruptedException {
        session.start(TraceOptions.DEFAULTS.withThreads(true));
        Thread thread = new Thread(() -> session.track(OWN_DOMAIN, 1, 100), "worker-7");
        thread.start();
        thread.join();

        assertThat(tracked()).extracting(Trace::threadName).containsExactly("worker-7");
    }

    @Test
    void refusesNegativeDomainAndSize() {
        assertThatThrownBy(() -> session.track(-1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("domain must be 0 or more, got -1");
        assertThatThrownBy(() -> session.untrack(-1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("domain must be 0 or more, got -1");
        assertThatThrownBy(() -> session.track(OWN_DOMAIN, 1, -5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("size must be 0 or more, got -5");
    }

    @Test
    void staysStoppedIfBackendCannotStart() {
        backend.failures.put("start", new UnsatisfiedLinkError("no library\nfor this JVM"));

        assertThatThrownBy(() -> session.start(TraceOptions.DEFAULTS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("capture backend fake could not start: UnsatisfiedLinkError: no library for this JVM");
        assertThat(session.isTracing()).isFalse();

        backend.failures.clear();
        session.start(TraceOptions.DEFAULTS);
        assertThat(session.isTracing()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"writeTo", "clear", "resetPeak", "tracedMemory", "overheadBytes", "objectTraceback"})
    void goesOnTracingIfBackendFails(String method) {
        session.start(TraceOptions.DEFAULTS);
        backend.failures.put(method, new StackOverflowError());

        assertThatThrownBy(() -> call(method))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("capture backend fake could not ")
                .hasMessageEndingWith(": java.lang.StackOverflowError")
                .hasMessageNotContaining("\n");

        backend.failures.clear();
        assertThat(session.isTracing()).isTrue();
        call(method);
        assertThat(backend.violations).isEmpty();
    }

    private void call(String method) {
        switch (method) {
            case "writeTo" -> session.takeSnapshot();
            case "clear" -> session.clearTraces();
            case "resetPeak" -> session.resetPeak();
            case "tracedMemory" -> session.tracedMemory();
            case "overheadBytes" -> session.overheadBytes();
            default -> session.objectTraceback("x");
        }
    }

    @Test
    void isStoppedEvenIfBackendCannotStop() {
        session.start(TraceOptions.DEFAULTS);
        backend.failures.put("stop", new IllegalStateException("stuck"));

        assertThatThrownBy(session::stop)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("capture backend fake could not stop: stuck");
        assertThat(session.isTracing()).isFalse();
    }

    @Test
    void quotesTheAgentOptionWhereThereIsNoBackend() {
        LocalSession withoutBackend = new LocalSession();

        assertThatThrownBy(() -> withoutBackend.start(TraceOptions.DEFAULTS.withBackend("no-such-backend")))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessageStartingWith("no capture backend is named no-such-backend")
                .hasMessageEndingWith("; add -javaagent:tracemalloc.jar to the java command");
    }

    private List<Trace> tracked() {
        return session.takeSnapshot().traces().stream()
                .filter(each -> each.domain() == OWN_DOMAIN)
                .toList();
    }
}
