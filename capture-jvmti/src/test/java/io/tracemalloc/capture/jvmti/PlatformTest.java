package io.tracemalloc.capture.jvmti;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PlatformTest {

    @Test
    void isNamedAfterSystemAndProcessor() {
        assertThat(Platform.of("Linux", "amd64").resource()).isEqualTo("META-INF/native/linux-x64/libtracemalloc.so");
        assertThat(Platform.of("Linux", "aarch64").name()).isEqualTo("linux-aarch64");
        assertThat(Platform.of("Mac OS X", "arm64")).isEqualTo(new Platform("macos-aarch64", "libtracemalloc.dylib"));
        assertThat(Platform.of("Mac OS X", "x86_64").name()).isEqualTo("macos-x64");
        assertThat(Platform.of("Windows 11", "amd64").name()).isEqualTo("windows_11-x64");
    }
}
