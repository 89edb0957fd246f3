package known;

import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/** Lets the JDK allocate on behalf of known lines. */
public final class Callers {

    private static final List<Object> KEPT = new LinkedList<>();

    private Callers() {}

    public static void main(String[] args) throws Exception {
        int n = Integer.parseInt(args[0]);
        LinkedList<String> left = new LinkedList<>();
        LinkedList<String> right = new LinkedList<>();
        for (int i = 0; i < n; i++) {
            left.add("left"); // left
            right.add("right"); // right
            right.add("right again"); // right again
        }
        Map<Integer, String> map = new HashMap<>(4 * n);
        LinkedList<Integer> inner = new LinkedList<>();
        Function<Integer, String> value = key -> {
            inner.add(key); // inner
            return "value";
        };
        for (int i = 0; i < n; i++) {
            map.computeIfAbsent(i, value); // outer
        }
        for (int i = 0; i < n; i++) {
            numbers(i);
        }
        for (int i = 0; i < n; i++) {
            FutureTask<Object> task = new FutureTask<>(new Task());
            task.run();
            KEPT.add(task.get()); // kept
        }
        Thread other = new Thread(() -> {
            TreeMap<Integer, String> tree = new TreeMap<>();
            for (int i = 0; i < n; i++) {
                tree.put(i, ""); // tree
            }
        });
        other.start();
        other.join();
        System.out.println("done");
    }

    private static void numbers(int i) {
        try {
            Integer.parseInt("not a number"); // fails
        } catch (NumberFormatException expected) {
            KEPT.add("caught"); // after
        }
    }

    private static final class Task implements Callable<Object> {
        @Override
        public Object call() {
            LinkedList<Object> list = new LinkedList<>();
            list.add("in a task"); // task
            return list;
        }
    }
}
