package subject;

import java.util.ArrayList;
import java.util.List;

/** A traced program: allocates a known number of its own objects and ends as its argument says. */
public final class Allocator {

    /** How many blocks of this class it allocates, all by one line. */
    public static final int BLOCKS = 1_234;

    private Allocator() {}

    /** Ends with {@code exit N}, with {@code halt}, or sleeps until a signal comes. */
    public static void main(String[] args) throws InterruptedException {
        List<Allocator> blocks = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
            blocks.add(new Allocator());
        }
        System.out.println("allocated " + blocks.size());
        System.err.println("the program's own line");
        switch (args[0]) {
            case "exit" -> System.exit(Integer.parseInt(args[1]));
            case "halt" -> Runtime.getRuntime().halt(0);
            default -> Thread.sleep(Long.MAX_VALUE);
        }
    }
}
