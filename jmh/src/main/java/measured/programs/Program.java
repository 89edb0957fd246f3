package measured.programs;

import java.util.List;

/**
 * A real program that can be run again and again in one JVM, single-threaded.
 *
 * <p>An instance belongs to one thread. Each iteration does the same work and returns the same number.
 */
public interface Program {

    /** Names of all programs. */
    List<String> NAMES = List.of("javac", "h2", "lucene", "jackson", "netty");

    /**
     * Does the work once.
     *
     * @return a number made of the result, equal every time
     */
    long run() throws Exception;

    /**
     * A program by its name.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Program named(String name) throws Exception {
        return switch (name) {
            case "javac" -> new Javac();
            case "h2" -> new H2();
            case "lucene" -> new Lucene();
            case "jackson" -> new Jackson();
            case "netty" -> new NettyHttp();
            case "small" -> new SmallObjects();
            default -> throw new IllegalArgumentException("no program " + name + "; there are " + NAMES + " and small");
        };
    }
}
