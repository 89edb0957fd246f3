import io.tracemalloc.Metric;
import io.tracemalloc.Tracemalloc;
import io.tracemalloc.statistic.GroupBy;
import java.util.ArrayList;
import java.util.List;

/** Prints the three lines that allocated most. */
public class Words {

    public static void main(String[] arguments) {
        Tracemalloc.start();
        List<String> words = numbered(100_000);
        Tracemalloc.takeSnapshot().statistics(GroupBy.LINE, false, Metric.ALLOCATED).stream()
                .limit(3)
                .forEach(System.out::println);
        System.out.println(words.size() + " words");
    }

    private static List<String> numbered(int count) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add("word " + i);
        }
        return words;
    }
}
