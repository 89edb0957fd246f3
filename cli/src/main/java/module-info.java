/** The command line. */
module io.tracemalloc.cli {
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;
    requires info.picocli;
    requires io.tracemalloc;
    requires java.net.http;
    requires org.jline.terminal;

    opens io.tracemalloc.cli to
            info.picocli;
}
