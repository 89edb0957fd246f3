package known;

import java.io.IOException;
import java.io.InputStream;

/** Makes arrays a little larger than the file of a class that it loads without linking it. */
public final class ClassFiles {

    static volatile Object sink;

    private ClassFiles() {}

    public static void main(String[] args) throws IOException {
        Object something = args;
        int length = 50 + fileLength();
        if (something instanceof Unlinked) {
            throw new AssertionError();
        }
        int n = Integer.parseInt(args[0]);
        for (int i = 0; i < n; i++) {
            sink = new byte[length]; // arrays
        }
        System.out.println(length);
    }

    private static int fileLength() throws IOException {
        try (InputStream file = ClassFiles.class.getResourceAsStream("ClassFiles$Unlinked.class")) {
            return file.readAllBytes().length;
        }
    }

    static final class Unlinked {
        int number;

        int twice() {
            return number * 2;
        }
    }
}
