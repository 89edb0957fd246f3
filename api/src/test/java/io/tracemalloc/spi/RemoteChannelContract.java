package io.tracemalloc.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every remote channel keeps to, whatever it speaks. Extend it, and say how a client reaches it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
public abstract class RemoteChannelContract {

    /** The provider under test. */
    protected abstract RemoteChannelProvider provider();

    /** Where to listen so that only this machine reaches it, at a port that the system chooses. */
    protected abstract String localAddress();

    /** Settings that make it listen there. */
    protected abstract Map<String, String> settings();

    /** Addresses that make no sense, or that would be insecure with these settings. */
    protected abstract List<String> refusedAddresses();

    /** Where to listen so as to collide with this open channel. */
    protected abstract String sameAddress(RemoteChannel open);

    /** Whether the channel answers a client that asks for its status, with the token if it wants one. */
    protected abstract boolean answers(RemoteChannel channel) throws IOException;

    @Test
    void saysWhatItIs() {
        assertThat(provider().name()).matches("[a-z][a-z0-9-]*");
        assertThat(provider().availability().isAvailable()).isTrue();
    }

    @Test
    void answersUntilItIsClosed() throws IOException {
        RemoteChannel channel = open(new FakeSession());

        assertThat(channel.address()).isNotBlank().doesNotContain("\n");
        assertThat(answers(channel)).isTrue();

        channel.close();
        assertThat(answers(channel)).isFalse();
    }

    @Test
    void closesTwiceWithoutComplaint() throws IOException {
        RemoteChannel channel = open(new FakeSession());

        channel.close();
        channel.close();

        assertThat(answers(channel)).isFalse();
    }

    @Test
    void opensAgainAfterClose() throws IOException {
        open(new FakeSession()).close();

        try (RemoteChannel second = open(new FakeSession())) {
            assertThat(answers(second)).isTrue();
        }
    }

    @Test
    void answersWhileNothingIsTraced() throws IOException {
        FakeSession session = new FakeSession();
        session.stop();

        try (RemoteChannel channel = open(session)) {
            assertThat(answers(channel)).isTrue();
        }
    }

    @Test
    void servesOnDaemonThreadsOnly() throws IOException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        try (RemoteChannel channel = open(new FakeSession())) {
            assertThat(answers(channel)).isTrue();
            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> !before.contains(thread))
                            .filter(thread -> !thread.isDaemon())
                            .map(Thread::getName)
                            .collect(Collectors.toSet()))
                    .isEmpty();
        }
    }

    @Test
    void refusesAddressThatIsTaken() throws IOException {
        try (RemoteChannel first = open(new FakeSession())) {
            assertThatThrownBy(() -> provider().open(sameAddress(first), settings(), new FakeSession()))
                    .isInstanceOf(IOException.class)
                    .hasMessageNotContaining("\n");
            assertThat(answers(first)).isTrue();
        }
    }

    @Test
    void refusesAddressesThatMakeNoSenseInOneLine() {
        assertThat(refusedAddresses())
                .isNotEmpty()
                .allSatisfy(address -> assertThatThrownBy(() -> provider().open(address, settings(), new FakeSession()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageNotContaining("\n"));
    }

    @Test
    void passesItsOwnCheck() {
        assertThatCode(() -> provider().check(localAddress(), settings())).doesNotThrowAnyException();
    }

    @Test
    void refusesSettingsThatItDoesNotKnow() {
        Map<String, String> mistyped = new HashMap<>(settings());
        mistyped.put("colour", "red");

        assertThatThrownBy(() -> provider().open(localAddress(), mistyped, new FakeSession()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("\n");
    }

    /** Opens a channel to this session at {@link #localAddress}. */
    protected final RemoteChannel open(SessionControl session) throws IOException {
        return provider().open(localAddress(), settings(), session);
    }
}
