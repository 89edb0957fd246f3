package known;

import java.util.concurrent.CountDownLatch;

/** Ends in the way it is told. */
public final class Exits {

    static volatile Object sink;

    private Exits() {}

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < 1000; i++) {
            sink = new Exits(); // thousand
        }
        System.out.println("out: \u00e4 " + args.length);
        System.err.println("err");
        switch (args[0]) {
            case "return" -> {}
            case "exit" -> System.exit(3);
            case "halt" -> Runtime.getRuntime().halt(4);
            case "throw" -> throw new IllegalStateException("on purpose");
            case "wait" -> new CountDownLatch(1).await();
            default -> throw new IllegalArgumentException(args[0]);
        }
    }
}
