package known;

/** Counts the threads of the main thread's group. */
public final class Groups {

    private Groups() {}

    public static void main(String[] args) {
        System.out.println(Thread.activeCount());
    }
}
