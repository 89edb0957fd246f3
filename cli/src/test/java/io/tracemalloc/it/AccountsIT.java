package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Snapshot;
import io.tracemalloc.it.Expectations.Allocated;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tracer allocates on the program's threads is not told as the program's, unattributed. */
final class AccountsIT {

    private static final Subject ACCOUNTS = Subject.of("known.Accounts");

    /** Natives and the VM allocate some; what the tracer allocates for this is 9 MiB and more. */
    private static final long FEW_BYTES = 2 << 20;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "17, hidden, 3000, live=off", "25, hidden, 3000, live=off",
        "17, threads, 500, live=off", "25, threads, 500, live=off",
        "17, initializer, 1, live=exact", "25, initializer, 1, live=exact",
        "25, virtual, 50000, 'frames=8,interval=1,live=off'"
    })
    void leaveOutTheTracer(int feature, String work, int count, String options) {
        Map<String, String> facts = new Forked(JavaHome.of(feature))
                .traced("backend=bytebuddy," + options)
                .main(ACCOUNTS, work, count)
                .succeed()
                .snapshot()
                .columns()
                .attributes();

        assertThat(Long.parseLong(facts.get("unattributed_bytes"))).isLessThan(FEW_BYTES);
    }

    /**
     * The accounts are opened while the program's first thread takes its first snapshot, which takes megabytes. They are off
     * by up to 0.11 MB then, and on a busy machine once were by 0.34 MB.
     */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void leaveOutWorkDuringWhichTheyAreOpened(int feature) {
        Map<String, String> facts = new Forked(JavaHome.of(feature))
                .traced("frames=25")
                .main(Subject.of("known.Snapshots", Subject.API), 2_000)
                .succeed()
                .snapshot()
                .columns()
                .attributes();

        assertThat(Long.parseLong(facts.get("unattributed_bytes"))).isLessThan(FEW_BYTES / 2);
        assertThat(Long.parseLong(facts.get("removed_by_jit_bytes"))).isLessThan(FEW_BYTES / 2);
    }

    /** Its own copy of the API gets it from the agent's. */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void leaveOutWhatSnapshotsOfTheProgramTake(int feature) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .traced("backend=bytebuddy,frames=100,interval=1")
                .main(Subject.of("known.Snapshots", Subject.API), 0)
                .succeed();

        assertThat(ended.out()).isEmpty();
    }

    /** It comes by loading the agent once more, and is the first to need what writes snapshots: 10 MiB and more. */
    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void leaveOutWhatTheFirstCommandTakes(int feature) throws Exception {
        String agent = "-javaagent:" + Forked.agentJar() + "=frames=25";
        try (ServedJvm jvm =
                ServedJvm.start(directory, JavaHome.of(feature), agent, "-XX:+EnableDynamicAgentLoading")) {
            // They are opened half a second after the start.
            Thread.sleep(1_000);
            Path first = directory.resolve("first.pb.gz");
            Path second = directory.resolve("second.pb.gz");

            assertThat(Cli.run("snapshot", jvm.pid(), "-o", first.toString()).status())
                    .isZero();
            assertThat(Cli.run("snapshot", jvm.pid(), "-o", second.toString()).status())
                    .isZero();

            Map<String, String> facts = Snapshot.load(second).columns().attributes();
            assertThat(Long.parseLong(facts.get("unattributed_bytes"))).isLessThan(FEW_BYTES);
            assertThat(Long.parseLong(facts.get("removed_by_jit_bytes"))).isLessThan(FEW_BYTES);
            assertThat(jvm.end()).isZero();
        }
    }

    /** For each agent the JVM copies each class file. */
    @ParameterizedTest
    @CsvSource({"17, live=off", "25, live=off", "17, live=exact", "17, 'frames=2,callers=exact,live=off'"})
    void haveTheCopiesForOtherAgents(int feature, String options) throws IOException {
        Subject observed = Subject.of("known.Observed");
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .jvm("-javaagent:" + observed.agentJar())
                .traced("backend=bytebuddy," + options)
                .main(observed, 4_000)
                .succeed();

        Snapshot snapshot = ended.snapshot();
        Allocated copies = new Found(snapshot, "sun/instrument/InstrumentationImpl.java").inFile("byte[]");
        long seenBytes = Long.parseLong(ended.out().trim());
        // And those of the JDK's classes that come meanwhile, but not the tracer's own copies of all.
        assertThat(copies.count()).isBetween(4_000L, 6_000L);
        assertThat(copies.bytes()).isBetween(seenBytes, seenBytes + (seenBytes >> 1));
        assertThat(Long.parseLong(snapshot.columns().attributes().get("unattributed_bytes")))
                .isLessThan(FEW_BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void areAbsentWithoutManagement(int feature) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .jvm("--limit-modules", "java.base")
                .traced("backend=bytebuddy,live=off")
                .main(ACCOUNTS, "threads", 1)
                .succeed();

        assertThat(ended.err()).doesNotContain("Exception");
        assertThat(ended.snapshot().columns().attributes()).doesNotContainKey("unattributed_bytes");
    }
}
