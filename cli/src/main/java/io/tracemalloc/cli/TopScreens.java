package io.tracemalloc.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/**
 * The terminal of {@code top}: draws screens, reads keys, follows resizes, and leaves the terminal as it was, at whatever
 * end. The only class that knows the terminal library.
 *
 * <p>One thread asks the JVM, so that a target that does not answer holds up no key; the thread in {@link #run} does all
 * else.
 */
final class TopScreens {

    /** How long a key may take to show that something else has changed. */
    private static final long LOOK_MILLIS = 100;

    /** How long the rest of a key that sends several characters may take, over a slow line. */
    private static final long ESCAPE_MILLIS = 50;

    private static final int ESCAPE_CHARACTER = 27;
    private static final Size USUAL = Size.of(80, 24);

    /**
     * What the asking thread has found out.
     *
     * @param sample the newest there is
     * @param trouble why there is no newer one; empty if all is well
     */
    private record News(Optional<TopSample> sample, String trouble) {}

    private final String target;
    private final org.jline.terminal.Terminal screen;
    private final NonBlockingReader keys;
    private final Display display;
    private final AtomicBoolean resized = new AtomicBoolean(true);
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean paused;
    private volatile News news = new News(Optional.empty(), "");
    private TopState state;
    private Size size = USUAL;

    private TopScreens(String target, org.jline.terminal.Terminal screen, TopState state) {
        this.target = target;
        this.screen = screen;
        this.keys = screen.reader();
        this.display = new Display(screen, true);
        this.state = state;
    }

    /** Shows the JVM until the user has seen enough. */
    static void run(String target, TopSource source, Duration every, TopState state) throws IOException {
        try (org.jline.terminal.Terminal screen = open()) {
            new TopScreens(target, screen, state).run(source, every);
        }
    }

    /** The terminal of this process, through the programs that every Unix has: nothing native is loaded. */
    private static org.jline.terminal.Terminal open() throws IOException {
        return new ExecTerminalProvider()
                .sysTerminal(
                        "tracemalloc",
                        Objects.requireNonNullElse(System.getenv("TERM"), "xterm"),
                        false,
                        StandardCharsets.UTF_8,
                        StandardCharsets.UTF_8,
                        StandardCharsets.UTF_8,
                        false,
                        org.jline.terminal.Terminal.SignalHandler.SIG_DFL,
                        false,
                        SystemStream.Output);
    }

    private void run(TopSource source, Duration every) throws IOException {
        Attributes former = screen.enterRawMode();
        Thread restorer = new Thread(() -> restore(former), "tracemalloc-restore");
        Runtime.getRuntime().addShutdownHook(restorer);
        SignalTrap end = SignalTrap.install(List.of("INT", "TERM", "HUP"), name -> ended.set(true));
        SignalTrap resize = SignalTrap.install(List.of("WINCH", "CONT"), name -> resized.set(true));
        Thread asker = new Thread(() -> ask(source, every), "tracemalloc-top");
        asker.setDaemon(true);
        try {
            screen.puts(Capability.enter_ca_mode);
            screen.puts(Capability.cursor_invisible);
            asker.start();
            loop();
        } finally {
            ended.set(true);
            asker.interrupt();
            resize.close();
            end.close();
            restore(former);
            Runtime.getRuntime().removeShutdownHook(restorer);
        }
    }

    private void restore(Attributes former) {
        screen.puts(Capability.cursor_visible);
        screen.puts(Capability.exit_ca_mode);
        screen.flush();
        screen.setAttributes(former);
    }

    private void loop() throws IOException {
        News shown = news;
        TopState drawn = state;
        while (!ended.get() && !state.quit()) {
            boolean sizeChanged = resized.getAndSet(false);
            News newest = news;
            // The size has changed once before the first look.
            if (sizeChanged || !newest.equals(shown) || !state.equals(drawn)) {
                draw(newest, sizeChanged);
                shown = newest;
                drawn = state;
            }
            int key = key();
            if (key == NonBlockingReader.EOF) {
                return;
            }
            if (key != NonBlockingReader.READ_EXPIRED) {
                state = state.after(key, TopScreen.page(size.getRows()));
                paused = state.paused();
            }
        }
    }

    /** Runs a program, so it is not asked at every key. */
    private Size askSize() {
        Size told = screen.getSize();
        return told.getColumns() > 0 && told.getRows() > 0 ? told : USUAL;
    }

    private void draw(News newest, boolean sizeChanged) {
        if (sizeChanged) {
            size = askSize();
            display.clear();
            display.resize(size);
        }
        TopModel model = TopModels.of(target, newest.sample(), newest.trouble(), state);
        state = state.scrolledAtMost(Math.max(0, model.rows().size() - TopScreen.page(size.getRows())));
        List<AttributedString> lines = new ArrayList<>();
        for (TopScreen.Line line : TopScreen.render(model, size.getColumns(), size.getRows())) {
            // Letters of some scripts are two columns wide.
            lines.add(new AttributedString(line.text(), style(line.look())).columnSubSequence(0, size.getColumns()));
        }
        display.update(lines, 0);
    }

    private static AttributedStyle style(TopScreen.Look look) {
        return switch (look) {
            case PLAIN -> AttributedStyle.DEFAULT;
            case BOLD -> AttributedStyle.DEFAULT.bold();
            case REVERSE -> AttributedStyle.DEFAULT.inverse();
        };
    }

    /** The next key; one that sends several characters as one of the numbers of {@link TopState}. */
    private int key() throws IOException {
        int first = keys.read(LOOK_MILLIS);
        if (first != ESCAPE_CHARACTER) {
            return Character.isHighSurrogate((char) first) && first > 0
                    ? Character.toCodePoint((char) first, (char) keys.read(ESCAPE_MILLIS))
                    : first;
        }
        int second = keys.read(ESCAPE_MILLIS);
        return second == '[' || second == 'O' ? special() : TopState.ESCAPE;
    }

    private int special() throws IOException {
        StringBuilder sequence = new StringBuilder();
        int next = keys.read(ESCAPE_MILLIS);
        while (next == ';' || (next >= '0' && next <= '9')) {
            sequence.append((char) next);
            next = keys.read(ESCAPE_MILLIS);
        }
        return switch (next == '~' ? sequence.toString() : Character.toString(Math.max(0, next))) {
            case "A" -> TopState.UP;
            case "B" -> TopState.DOWN;
            case "H", "1", "7" -> TopState.HOME;
            case "5" -> TopState.PAGE_UP;
            case "6" -> TopState.PAGE_DOWN;
            default -> NonBlockingReader.READ_EXPIRED;
        };
    }

    /** On a thread of its own: asks, tells, waits. */
    private void ask(TopSource source, Duration every) {
        try {
            while (!ended.get()) {
                if (!paused) {
                    news = ask(source);
                }
                // The second sample comes soon: only then are there rates.
                boolean first =
                        news.sample().map(sample -> sample.before() == null).orElse(false);
                Thread.sleep(first ? Math.min(1000, every.toMillis()) : every.toMillis());
            }
        } catch (InterruptedException userLeft) {
            Thread.currentThread().interrupt();
        }
    }

    private News ask(TopSource source) {
        try {
            return new News(Optional.of(source.next()), "");
        } catch (IOException | RuntimeException e) {
            return new News(news.sample(), RemoteTargets.withName(target, Messages.of(e)));
        } catch (OutOfMemoryError e) {
            return new News(
                    Optional.empty(),
                    "too large for the heap of " + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB; set JAVA_TOOL_OPTIONS=-Xmx");
        }
    }
}
