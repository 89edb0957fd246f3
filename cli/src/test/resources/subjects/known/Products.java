package known;

import java.math.BigInteger;
import java.util.Random;

/** Multiplies large numbers n times. */
public final class Products {

    static volatile Object sink;

    private Products() {}

    public static void main(String[] args) {
        BigInteger one = new BigInteger(1_984, new Random(1)).setBit(1_983);
        BigInteger other = new BigInteger(1_984, new Random(2)).setBit(1_983);
        int n = Integer.parseInt(args[0]);
        for (int i = 0; i < n; i++) {
            sink = one.multiply(other);
        }
        System.out.println("done");
    }
}
