package known;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Allocates known numbers of objects on many threads. */
public final class Threads {

    static volatile Object sink;

    private Threads() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "loops" -> loops(Integer.parseInt(args[1]));
            case "short" -> shortThreads(Integer.parseInt(args[1]));
            case "virtual" -> virtualThreads(Integer.parseInt(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        }
        System.out.println("done");
    }

    private static void loops(int n) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < n; i++) {
                    consume(new Block(i)); // looped
                    consume(new byte[i & 15]); // looped arrays
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void shortThreads(int n) throws Exception {
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < n; t++) {
            Thread thread = new Thread(Threads::ten);
            thread.start();
            running.add(thread);
            if (running.size() == 50) {
                for (Thread one : running) {
                    one.join();
                }
                running.clear();
            }
        }
        for (Thread one : running) {
            one.join();
        }
    }

    /* By reflection, since the class files are for an older JDK. */
    private static void virtualThreads(int n) throws Exception {
        try (AutoCloseable service = (AutoCloseable)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null)) {
            List<Future<?>> tasks = new ArrayList<>();
            for (int t = 0; t < n; t++) {
                tasks.add(((ExecutorService) service).submit(Threads::tenWithPauses));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        }
    }

    private static void ten() {
        for (int i = 0; i < 10; i++) {
            consume(new Block(i)); // ten
        }
    }

    private static void tenWithPauses() {
        for (int i = 0; i < 10; i++) {
            consume(new Block(i)); // ten with pauses
            if (i % 3 == 0) {
                pause();
            }
            consume(new int[i]); // ten arrays
        }
        consume("at " + new Pause()); // concatenated
    }

    static final class Pause {
        @Override
        public String toString() {
            pause();
            return "pause";
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException never) {
            throw new IllegalStateException(never);
        }
    }

    private static void consume(Object object) {
        if (object instanceof Block block && block.number < 0) {
            sink = object;
        }
    }

    static final class Block {
        final int number;

        Block(int number) {
            this.number = number;
        }
    }
}
