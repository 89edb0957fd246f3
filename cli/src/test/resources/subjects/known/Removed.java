package known;

/** Allocations that C2 can remove together with the call that makes them. */
public final class Removed {

    static int sum;

    private Removed() {}

    public static void main(String[] args) {
        int n = Integer.parseInt(args[0]);
        for (int i = 0; i < n; i++) {
            boxed(i);
            built(i);
        }
        System.out.println(sum);
    }

    private static void boxed(int i) {
        Integer box = i + 1_000;
        sum += box;
    }

    private static void built(int i) {
        String text = new StringBuilder().append("a").append(i).toString(); // builder
        sum += text.length();
    }
}
