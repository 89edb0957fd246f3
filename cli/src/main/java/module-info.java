/** The command line. */
module io.tracemalloc.cli {
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;
    requires info.picocli;
    requires io.tracemalloc;

    opens io.tracemalloc.cli to
            info.picocli;
}
