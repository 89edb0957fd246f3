package io.tracemalloc.capture.jvmti;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LoadedAgentsTest {

    @Test
    void namesKnownProfilersOnce() {
        List<String> maps = List.of(
                "7f1c4c000000-7f1c4c021000 rw-p 00000000 00:00 0",
                "7f1c64e00000-7f1c64e10000 r--p 00000000 08:01 131 /opt/profiler/lib/libasyncProfiler.so",
                "7f1c64e10000-7f1c64e90000 r-xp 00010000 08:01 131 /opt/profiler/lib/libasyncProfiler.so",
                "7f1c65000000-7f1c66000000 r-xp 00000000 08:01 132 /opt/jdk/lib/server/libjvm.so",
                "7f1c67000000-7f1c68000000 r-xp 00000000 08:01 133 /tmp/pid_7/libjavaProfiler123.so (deleted)");

        assertThat(LoadedAgents.of(maps))
                .containsExactly(
                        "async-profiler (/opt/profiler/lib/libasyncProfiler.so)",
                        "the Datadog profiler (/tmp/pid_7/libjavaProfiler123.so (deleted))");
    }

    @Test
    void findsNothingAmongOtherLibraries() {
        assertThat(LoadedAgents.of(List.of("7f00-7f01 r-xp 00000000 08:01 1 /lib/x86_64-linux-gnu/libc.so.6")))
                .isEmpty();
    }

    @Test
    void findsItsOwnLibrary() {
        String other = "7f00-7f01 r-xp 00000000 08:01 1 /lib/x86_64-linux-gnu/libc.so.6";
        String own = "7f02-7f03 r-xp 00000000 08:01 2 /opt/with space/libtracemalloc.so";

        assertThat(LoadedAgents.own(List.of(other, own))).isEqualTo("/opt/with space/libtracemalloc.so");
        assertThat(LoadedAgents.own(List.of(other))).isNull();
    }
}
