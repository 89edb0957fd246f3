package io.tracemalloc.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.Exactness;
import io.tracemalloc.LiveTracking;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.internal.Providers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What every remote channel with a client keeps to, besides what every channel keeps to. Needs a snapshot format on the
 * class path.
 */
public abstract class RemoteClientContract extends RemoteChannelContract {

    private static final TraceOptions OPTIONS =
            new TraceOptions(17, "some_backend", 4096, LiveTracking.EXACT, 8 << 20, true, true);

    /** Settings that let a client into this channel. */
    protected abstract Map<String, String> clientSettings(RemoteChannel channel);

    /** Settings that do not; empty if the channel lets in everybody. */
    protected abstract List<Map<String, String>> wrongClientSettings(RemoteChannel channel) throws IOException;

    /** Addresses that no client can make sense of. */
    protected abstract List<String> nonsenseTargets();

    @Test
    void tellsTheStatusWholly() throws IOException {
        FakeSession session = new FakeSession();
        try (RemoteChannel channel = open(session);
                RemoteSession client = connect(channel)) {
            assertThat(client.address()).isEqualTo(channel.address());
            assertThat(client.status()).isEqualTo(session.status());

            session.stop();
            assertThat(client.status()).isEqualTo(session.status());
        }
    }

    @Test
    void steersTheSession() throws IOException {
        FakeSession session = new FakeSession();
        try (RemoteChannel channel = open(session);
                RemoteSession client = connect(channel)) {
            assertThat(client.clear().tracing()).isTrue();
            assertThat(session.clears()).isEqualTo(1);
            assertThat(client.resetPeak().tracing()).isTrue();
            assertThat(session.peakResets()).isEqualTo(1);
            assertThat(client.stop().tracing()).isFalse();
            assertThat(session.isTracing()).isFalse();
            assertThat(client.start(OPTIONS).frames()).isEqualTo(17);
            assertThat(session.options()).isEqualTo(OPTIONS);
            assertThat(session.isTracing()).isTrue();
        }
    }

    @Test
    void refusesWhatMakesNoSenseNowInOneLine() throws IOException {
        FakeSession session = new FakeSession();
        try (RemoteChannel channel = open(session);
                RemoteSession client = connect(channel)) {
            assertRefused(channel, () -> client.start(OPTIONS));
            session.stop();
            assertRefused(channel, client::stop);
            assertRefused(channel, client::clear);
            assertRefused(channel, client::resetPeak);
            assertRefused(
                    channel,
                    () -> client.snapshot(SnapshotRequest.DEFAULT, OutputStream.nullOutputStream(), bytes -> {}));
            assertThat(session.clears() + session.peakResets()).isZero();
        }
    }

    @Test
    void copiesTheBytesOfASnapshotFile() throws IOException {
        Snapshot taken = snapshot(1, 100);
        try (RemoteChannel channel = open(new FakeSession().giving(() -> taken));
                RemoteSession client = connect(channel)) {
            List<Long> progress = new ArrayList<>();
            byte[] copied = snapshot(client, SnapshotRequest.DEFAULT, progress);

            assertThat(copied).isEqualTo(file(taken, Metric.LIVE));
            assertThat(progress).isSorted().last().isEqualTo((long) copied.length);
        }
    }

    @Test
    void showsAllocatedFirstWhereAsked() throws IOException {
        Snapshot taken = snapshot(1, 100);
        try (RemoteChannel channel = open(new FakeSession().giving(() -> taken));
                RemoteSession client = connect(channel)) {
            SnapshotRequest request = new SnapshotRequest(true, Metric.ALLOCATED, Duration.ZERO);

            assertThat(snapshot(client, request, new ArrayList<>())).isEqualTo(file(taken, Metric.ALLOCATED));
        }
    }

    @Test
    void copiesWhatASpanOfTimeAdded() throws IOException {
        List<Snapshot> taken = new ArrayList<>(List.of(snapshot(1, 100), snapshot(2, 142)));
        try (RemoteChannel channel = open(new FakeSession().giving(() -> taken.remove(0)));
                RemoteSession client = connect(channel)) {
            SnapshotRequest request = new SnapshotRequest(false, Metric.ALLOCATED, Duration.ofSeconds(1));

            Snapshot added = read(snapshot(client, request, new ArrayList<>()));

            assertThat(added.totalCount(Metric.ALLOCATED)).isEqualTo(42);
            assertThat(added.totalBytes(Metric.ALLOCATED)).isEqualTo(42 * 24);
            assertThat(added.info().duration()).isEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void tellsThatNobodyIsThere() throws IOException {
        RemoteChannel channel = open(new FakeSession());
        try (RemoteSession client = connect(channel)) {
            channel.close();

            assertRefused(channel, client::status);
        }
    }

    @Test
    void letsInOnlyWhoMay() throws IOException {
        FakeSession session = new FakeSession();
        try (RemoteChannel channel = open(session)) {
            for (Map<String, String> settings : wrongClientSettings(channel)) {
                try (RemoteSession client = provider().connect(channel.address(), settings)) {
                    assertRefused(channel, client::status);
                    assertRefused(channel, client::stop);
                }
            }
        }
        assertThat(session.isTracing()).isTrue();
    }

    @Test
    void refusesTargetsThatMakeNoSense() {
        assertThat(nonsenseTargets())
                .isNotEmpty()
                .allSatisfy(target -> assertThatThrownBy(() -> provider().connect(target, Map.of()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageNotContaining("\n"));
        assertThatThrownBy(() -> provider().connect(nonsenseTargets().get(0), Map.of("colour", "red")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void doesNothingAfterClose() throws IOException {
        try (RemoteChannel channel = open(new FakeSession())) {
            RemoteSession client = connect(channel);
            client.close();
            client.close();

            assertRefused(channel, client::status);
        }
    }

    /** One site with this many blocks of 24 bytes allocated, half of them live. */
    protected static Snapshot snapshot(int seconds, int blocks) {
        SnapshotBuilder builder = new SnapshotBuilder();
        int frame = builder.frame("com.acme.Foo", "bar", "com/acme/Foo.java", 42);
        int traceback = builder.traceback(new int[] {frame}, 1, 1);
        int record = builder.record(traceback, builder.type("com.acme.Node"), 0, AllocationSink.NO_THREAD, 24);
        builder.recorded(Metric.ALLOCATED, Exactness.EXACT);
        builder.add(record, Metric.ALLOCATED, blocks, blocks * 24L);
        builder.add(record, Metric.LIVE, blocks / 2, blocks / 2 * 24L);
        return builder.snapshot(
                new SnapshotInfo(Instant.EPOCH.plusSeconds(seconds), Duration.ofSeconds(seconds), 1, 1, Metric.LIVE));
    }

    /** The bytes that a file would have. */
    protected static byte[] file(Snapshot snapshot, Metric first) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Providers.best(SnapshotFormatProvider.class).write(snapshot, first, out);
        return out.toByteArray();
    }

    /** The snapshot in these bytes. */
    protected static Snapshot read(byte[] file) throws IOException {
        return Providers.best(SnapshotFormatProvider.class).read(new ByteArrayInputStream(file));
    }

    /** Copies a snapshot. */
    protected static byte[] snapshot(RemoteSession client, SnapshotRequest request, List<Long> progress)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        client.snapshot(request, out, progress::add);
        return out.toByteArray();
    }

    /** A client that is let in. */
    protected final RemoteSession connect(RemoteChannel channel) throws IOException {
        return provider().connect(channel.address(), clientSettings(channel));
    }

    private interface Operation {
        void run() throws IOException;
    }

    private static void assertRefused(RemoteChannel channel, Operation operation) {
        assertThatThrownBy(operation::run)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(channel.address() + ": ")
                .hasMessageNotContaining("\n");
    }
}
