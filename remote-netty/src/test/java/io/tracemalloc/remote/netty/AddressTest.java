package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTest {

    @Test
    void readsWhereToListen() {
        assertThat(ListenAddress.parse("6060")).isEqualTo(new ListenAddress("", 6060, Optional.empty()));
        assertThat(ListenAddress.parse("0.0.0.0:1")).isEqualTo(new ListenAddress("0.0.0.0", 1, Optional.empty()));
        assertThat(ListenAddress.parse("[::]:65535")).isEqualTo(new ListenAddress("::", 65_535, Optional.empty()));
        assertThat(ListenAddress.parse("unix:/run/a:b.sock"))
                .isEqualTo(new ListenAddress("", 0, Optional.of(Path.of("/run/a:b.sock"))));
    }

    @Test
    void listensOnLoopbackUnlessToldOtherwise() throws IOException {
        assertThat(((InetSocketAddress) ListenAddress.parse("6060").resolve())
                        .getAddress()
                        .isLoopbackAddress())
                .isTrue();
        assertThat(ListenAddress.parse("6060").isLocal()).isTrue();
        assertThat(ListenAddress.parse("localhost:1").isLocal()).isTrue();
        assertThat(ListenAddress.parse("[::1]:1").isLocal()).isTrue();
        assertThat(ListenAddress.parse("unix:/run/a").isLocal()).isTrue();
        assertThat(ListenAddress.parse("0.0.0.0:1").isLocal()).isFalse();
        assertThat(ListenAddress.parse("[::]:1").isLocal()).isFalse();
        assertThat(ListenAddress.parse("no-such-host.invalid:1").isLocal()).isFalse();
    }

    @Test
    void refusesPathsThatTheKernelWouldCut() {
        assertThatThrownBy(() -> ListenAddress.parse("unix:/" + "é".repeat(54)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the path of a Unix domain socket must have at most 107 bytes, got /");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:6060, false, localhost, 6060, localhost:6060",
        "http://localhost:6060/, false, localhost, 6060, localhost:6060",
        "http://localhost:6060/debug/pprof/heap, false, localhost, 6060, localhost:6060",
        "http://app_1.example, false, app_1.example, 80, app_1.example:80",
        "https://app.example, true, app.example, 443, app.example:443",
        "https://[::1]:6060, true, ::1, 6060, [::1]:6060",
        "[::1]:6060, false, ::1, 6060, [::1]:6060"
    })
    void readsWhereToConnect(String text, boolean tls, String host, int port, String authority) {
        TargetAddress target = TargetAddress.parse(text);

        assertThat(target).isEqualTo(new TargetAddress(text, tls, host, port, Optional.empty()));
        assertThat(target.authority()).isEqualTo(authority);
    }

    @Test
    void showsNoTokenOfAnAddress() {
        assertThatThrownBy(() -> TargetAddress.parse("http://x:SECRET@host:1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("host: give the token in a file that --token-file names, not in the address");
    }
}
