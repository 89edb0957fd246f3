package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.Trace;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.ProviderUnavailableException;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.spi.SessionControl;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's session and an application's, each with its own copy of the tracer's classes, and a common parent. */
final class SessionBridgeTest {

    @TempDir
    static Path directory;

    private final FakeBackend backend = new FakeBackend();
    private final LocalSession agentSession = new LocalSession(options -> backend.provider());
    private final LocalSession unused = new LocalSession(options -> {
        throw new ProviderUnavailableException("the application's own session must not be used");
    });
    private URLClassLoader parent;
    private SessionLocator agent;
    private SessionLocator application;

    @BeforeEach
    void makeParentWithMeetingPoint() throws IOException {
        MeetingPoint.compileInto(directory, MeetingPoint.SOURCE);
        parent = new URLClassLoader(new URL[] {directory.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        agent = new SessionLocator(parent, agentSession);
        application = new SessionLocator(parent, unused);
    }

    @AfterEach
    void closeParent() throws IOException {
        parent.close();
    }

    @Test
    void usesOwnSessionWithoutAgentClass() {
        SessionLocator alone = new SessionLocator(ClassLoader.getPlatformClassLoader(), unused);

        assertThat(alone.current()).isSameAs(unused);
        assertThat(alone.publish()).isFalse();
    }

    @Test
    void findsSessionThatIsPublishedLater() {
        assertThat(application.current()).isSameAs(unused);

        assertThat(agent.publish()).isTrue();

        assertThat(application.current()).isInstanceOf(ForeignSession.class).isSameAs(application.current());
        assertThat(agent.current()).isSameAs(agentSession);
    }

    @Test
    void keepsOwnSessionThatTracedBeforeTheAgentCame() {
        LocalSession earlier = new LocalSession(options -> FakeBackend.provider(NothingRecorded::new));
        SessionLocator locator = new SessionLocator(parent, earlier);
        earlier.start(TraceOptions.DEFAULTS);
        agent.publish();

        assertThat(locator.current()).isSameAs(earlier);
        earlier.stop();
        assertThat(locator.current()).isInstanceOf(ForeignSession.class);
    }

    @Test
    void steersTheAgentsSession() {
        TraceOptions options = new TraceOptions(9, "fake", 4096, LiveTracking.EXACT, 8 << 20, true, true);
        SessionControl session = foreign();

        session.start(options);
        assertThat(agentSession.isTracing()).isTrue();
        assertThat(session.isTracing()).isTrue();
        assertThat(session.options()).isEqualTo(options);
        session.clearTraces();
        assertThat(backend.clears).hasValue(1);
        session.resetPeak();
        assertThat(session.tracedMemory()).isEqualTo(new TracedMemory(1000, 1000, false));
        assertThat(session.overheadBytes()).isEqualTo(5000);
        session.stop();
        assertThat(session.isTracing()).isFalse();
        assertThat(agentSession.isTracing()).isFalse();
    }

    @Test
    void tellsTheStatusOfTheAgentsSession() {
        SessionControl session = foreign();
        assertThat(session.status().tracing()).isFalse();
        session.start(TraceOptions.DEFAULTS.withFrames(3));

        RemoteStatus status = session.status();

        assertThat(status).usingRecursiveComparison().ignoringFields("uptime").isEqualTo(agentSession.status());
        assertThat(status.tracing()).isTrue();
        assertThat(status.frames()).isEqualTo(3);
        assertThat(status.backend()).isEqualTo("fake");
        assertThat(status.overheadBytes()).isEqualTo(5000);
        assertThat(status.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(status.jvm()).contains(System.getProperty("java.vm.version"));
        assertThat(status.uptime()).isPositive();
    }

    @Test
    void opensNoChannelWhereTheAgentHasNone() {
        assertThatThrownBy(() -> Channels.open("0", Map.of(), foreign()))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessage(
                        "no remote channel is available (none was found); add tracemalloc-remote-netty to the class path");
    }

    @Test
    void bringsTheSameSnapshotAcross() {
        SessionControl session = foreign();
        session.start(TraceOptions.DEFAULTS.withFrames(3).withThreads(true));
        agentSession.track(16, 1, 640);

        Snapshot across = session.takeSnapshot();

        Snapshot direct = agentSession.takeSnapshot();
        assertThat(across.traces())
                .containsExactlyInAnyOrderElementsOf(direct.traces())
                .hasSize(2);
        assertThat(across.metrics()).isEqualTo(direct.metrics());
        for (Metric metric : direct.metrics()) {
            assertThat(across.exactness(metric)).isEqualTo(direct.exactness(metric));
        }
        assertThat(across.columns().attributes()).isEqualTo(direct.columns().attributes());
        assertThat(across.columns().overheadBytes()).isEqualTo(direct.columns().overheadBytes());
        assertThat(across.columns().ageBuckets())
                .isEqualTo(direct.columns().ageBuckets())
                .isEqualTo(4);
        assertThat(IntStream.range(0, 2).mapToLong(record -> across.columns().agedBytes(record, 3)))
                .containsExactlyInAnyOrder(0L, FakeBackend.BLOCK_BYTES);
        assertThat(across.tracebackLimit()).isEqualTo(3);
        assertThat(across.info().intervalBytes()).isEqualTo(524_288);
        assertThat(across.defaultMetric()).isEqualTo(Metric.LIVE);
        assertThat(across.info().time()).isBeforeOrEqualTo(direct.info().time());
    }

    @Test
    void bringsEmptySnapshotAcross() {
        SessionLocator empty =
                new SessionLocator(parent, new LocalSession(options -> FakeBackend.provider(NothingRecorded::new)));
        empty.publish();
        application.current().start(TraceOptions.DEFAULTS);

        assertThat(application.current().takeSnapshot().traces()).isEmpty();
    }

    @Test
    void asksForTracebackOfThisVeryObject() {
        Object known = new Object();
        backend.known.add(known);
        SessionControl session = foreign();
        session.start(TraceOptions.DEFAULTS);

        assertThat(session.objectTraceback(known)).contains(FakeBackend.SITE);
        assertThat(session.objectTraceback(new Object())).isEmpty();
    }

    @Test
    void tracksBlocksWithTheCallersTraceback() {
        SessionControl session = foreign();
        session.start(TraceOptions.DEFAULTS);

        assertThat(session.track(16, 7, 100)).isTrue();
        assertThat(session.track(16, 8, 100)).isTrue();
        assertThat(session.untrack(16, 8)).isTrue();

        List<Trace> tracked = session.takeSnapshot().traces().stream()
                .filter(trace -> trace.domain() == 16)
                .toList();
        assertThat(tracked).extracting(Trace::liveCount).containsExactlyInAnyOrder(1L, 0L);
        assertThat(tracked)
                .extracting(trace -> trace.traceback().site().qualifiedMethod())
                .containsOnly("io.tracemalloc.internal.SessionBridgeTest.tracksBlocksWithTheCallersTraceback");
    }

    @Test
    void bringsFailuresAcrossAsTheirOwnKind() {
        SessionControl session = foreign();

        assertThatThrownBy(session::takeSnapshot)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("not tracing: start the tracer before taking a snapshot");
        assertThatThrownBy(() -> session.track(-1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("domain must be 0 or more, got -1");
        assertThatThrownBy(() -> session.objectTraceback(null)).isInstanceOf(NullPointerException.class);
        new SessionLocator(parent, unused).publish();
        assertThatThrownBy(() -> agent.current().start(TraceOptions.DEFAULTS))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessage("the application's own session must not be used");
    }

    @Test
    void saysThatVersionsDifferWhereTheOtherSideDoesNotKnow() {
        BridgeServer server = new BridgeServer(agentSession);

        assertThat((Object[]) server.apply(new Object[] {"fly"}))
                .containsExactly(
                        "error",
                        "java.lang.IllegalStateException",
                        "the agent does not know fly:"
                                + " the agent and tracemalloc-api on the class path differ in version");
    }

    @Test
    void worksBetweenTwoCopiesOfTheTracersClasses() throws ReflectiveOperationException, IOException {
        agent.publish();
        agentSession.start(TraceOptions.DEFAULTS.withFrames(5));
        URL classes = LocalSession.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader copy = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Object session = currentSessionOf(copy);

            assertThat(session.getClass().getClassLoader()).isSameAs(copy);
            assertThat(session.getClass()).isNotEqualTo(ForeignSession.class);
            assertThat(call(session, "isTracing")).isEqualTo(true);
            assertThat(call(session, "options"))
                    .hasToString(agentSession.options().toString());
            assertThat(call(session, "tracedMemory"))
                    .hasToString(agentSession.tracedMemory().toString());
            Object snapshot = call(session, "takeSnapshot");
            assertThat(snapshot.getClass().getClassLoader()).isSameAs(copy);
            assertThat(call(snapshot, "traces"))
                    .hasToString(agentSession.takeSnapshot().traces().toString());
            call(session, "stop");
            assertThat(agentSession.isTracing()).isFalse();
        }
    }

    private Object currentSessionOf(ClassLoader copy) throws ReflectiveOperationException {
        Class<?> localType = copy.loadClass(LocalSession.class.getName());
        var locatorType = copy.loadClass(SessionLocator.class.getName());
        var constructor = locatorType.getDeclaredConstructor(ClassLoader.class, localType);
        constructor.setAccessible(true);
        Object locator =
                constructor.newInstance(parent, localType.getConstructor().newInstance());
        return call(locator, "current");
    }

    private static Object call(Object target, String method) throws ReflectiveOperationException {
        var found = target.getClass().getDeclaredMethod(method);
        found.setAccessible(true);
        return found.invoke(target);
    }

    @Test
    void ignoresMeetingPointOfAnotherShape() throws IOException {
        MeetingPoint.compileInto(directory, """
                package io.tracemalloc.capture.bytebuddy.boot;
                public final class SessionBridge {}
                """);
        try (URLClassLoader otherParent =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            assertThat(new SessionLocator(otherParent, unused).current()).isSameAs(unused);
        }
    }

    private SessionControl foreign() {
        agent.publish();
        return application.current();
    }
}
