package io.tracemalloc.jmh;

/** The shortest program, for the time it takes to start. */
final class Hello {

    private Hello() {}

    public static void main(String[] arguments) {
        System.out.println("hello");
    }
}
