package known;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.StringConcatFactory;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Every kind of allocation, each in a method of its own that does it n times.
 *
 * <p>A comment that begins with an at sign says what its line allocates, and all that it allocates:
 * {@code COUNT CLASS SIZE, ...}. COUNT is a number, N, kN or N+k; "~" behind it allows a few more, for linkage. SIZE is
 * the fields of an object in braces, as descriptors, or the length of an array in parentheses. "nothing" says itself.
 * "@total" speaks of all sites of the class.
 *
 * <p>Arguments: what to print, "truth" for what an untraced thread allocates in n loops of each method, "accounts" for what
 * it allocates in all loops; n; and how many loops of each method to run before.
 */
public final class Kinds {

    interface Kind {
        void run(int n) throws Throwable;
    }

    static final Map<String, Kind> KINDS = new LinkedHashMap<>();

    static final int[] SIZES = {2, 3};

    static volatile Object sink;
    static Object plainSink;

    private static final IllegalStateException FAILURE = new IllegalStateException("expected");

    private Kinds() {}

    public static void main(String[] args) throws Throwable {
        kinds();
        int n = Integer.parseInt(args[1]);
        if (args[0].equals("truth")) {
            truth(n, Integer.parseInt(args[2]));
            return;
        }
        int warmUp = Integer.parseInt(args[2]);
        com.sun.management.ThreadMXBean threads = threads();
        threads.getCurrentThreadAllocatedBytes();
        Map<String, Long> accounts = new LinkedHashMap<>();
        for (Map.Entry<String, Kind> entry : KINDS.entrySet()) {
            long before = threads.getCurrentThreadAllocatedBytes();
            if (warmUp > 0) {
                entry.getValue().run(warmUp);
            }
            entry.getValue().run(n);
            accounts.put(entry.getKey(), threads.getCurrentThreadAllocatedBytes() - before);
        }
        if (args[0].equals("accounts")) {
            accounts.forEach((kind, bytes) -> System.out.println(kind + " " + bytes));
        }
        System.out.println("done " + KINDS.size());
    }

    private static com.sun.management.ThreadMXBean threads() {
        return (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    }

    private static void truth(int n, int warmUp) throws Throwable {
        com.sun.management.ThreadMXBean threads = threads();
        for (Map.Entry<String, Kind> entry : KINDS.entrySet()) {
            Kind kind = entry.getValue();
            kind.run(warmUp);
            threads.getCurrentThreadAllocatedBytes();
            long before = threads.getCurrentThreadAllocatedBytes();
            kind.run(0);
            long between = threads.getCurrentThreadAllocatedBytes();
            kind.run(n);
            long after = threads.getCurrentThreadAllocatedBytes();
            System.out.println(entry.getKey() + " " + (after - between - (between - before)));
        }
    }

    private static void kinds() {
        KINDS.put("plain", Kinds::plain);
        KINDS.put("mixed", Kinds::mixed);
        KINDS.put("primitiveArrays", Kinds::primitiveArrays);
        KINDS.put("emptyArrays", Kinds::emptyArrays);
        KINDS.put("referenceArrays", Kinds::referenceArrays);
        KINDS.put("multiArrays", Kinds::multiArrays);
        KINDS.put("negativeSizes", Kinds::negativeSizes);
        KINDS.put("objectClones", Kinds::objectClones);
        KINDS.put("arrayClones", Kinds::arrayClones);
        KINDS.put("copies", Kinds::copies);
        KINDS.put("primitiveCopies", Kinds::primitiveCopies);
        KINDS.put("reflectiveArrays", Kinds::reflectiveArrays);
        KINDS.put("constructor", Kinds::constructor);
        KINDS.put("constructorOfTwo", Kinds::constructorOfTwo);
        KINDS.put("nestedConstructor", Kinds::nestedConstructor);
        KINDS.put("classNewInstance", Kinds::classNewInstance);
        KINDS.put("handleExact", Kinds::handleExact);
        KINDS.put("handleInvoke", Kinds::handleInvoke);
        KINDS.put("handleArguments", Kinds::handleArguments);
        KINDS.put("handleConstant", Kinds::handleConstant);
        KINDS.put("handleCollector", Kinds::handleCollector);
        KINDS.put("handleProxy", Kinds::handleProxy);
        KINDS.put("unsafe", Kinds::unsafe);
        KINDS.put("concatText", Kinds::concatText);
        KINDS.put("concatTwo", Kinds::concatTwo);
        KINDS.put("concatFive", Kinds::concatFive);
        KINDS.put("concatWide", Kinds::concatWide);
        KINDS.put("concatEmpty", Kinds::concatEmpty);
        KINDS.put("concatNumber", Kinds::concatNumber);
        KINDS.put("concatNumberAlone", Kinds::concatNumberAlone);
        KINDS.put("concatNested", Kinds::concatNested);
        KINDS.put("concatThrowing", Kinds::concatThrowing);
        KINDS.put("concatHandle", Kinds::concatHandle);
        KINDS.put("boxing", Kinds::boxing);
        KINDS.put("builder", Kinds::builder);
        KINDS.put("lambdas", Kinds::lambdas);
        KINDS.put("references", Kinds::references);
        KINDS.put("varargs", Kinds::varargs);
        KINDS.put("records", Kinds::records);
        KINDS.put("enumValues", Kinds::enumValues);
        KINDS.put("inner", Kinds::inner);
        KINDS.put("failing", Kinds::failing);
        KINDS.put("lists", Kinds::lists);
        KINDS.put("maps", Kinds::maps);
        KINDS.put("streams", Kinds::streams);
        KINDS.put("substrings", Kinds::substrings);
        KINDS.put("deserialization", Kinds::deserialization);
    }

    static void plain(int n) {
        for (int i = 0; i < n; i++) {
            sink = new Plain(); // @ N known.Kinds$Plain {}
            plainSink = new Plain(); // @ N known.Kinds$Plain {}
            new Plain(); // @ N known.Kinds$Plain {}
        }
    }

    static void mixed(int n) {
        for (int i = 0; i < n; i++) {
            sink = new Mixed(i); // @ N known.Kinds$Mixed {IJLB}
            sink = new Wide(); // @ N known.Kinds$Wide {JJD}
        }
    }

    static void primitiveArrays(int n) {
        for (int i = 0; i < n; i++) {
            sink = new boolean[13]; // @ N boolean[] (13)
            sink = new byte[13]; // @ N byte[] (13)
            sink = new char[13]; // @ N char[] (13)
            sink = new short[13]; // @ N short[] (13)
            sink = new int[13]; // @ N int[] (13)
            sink = new float[13]; // @ N float[] (13)
            sink = new long[13]; // @ N long[] (13)
            sink = new double[13]; // @ N double[] (13)
            sink = new int[] {1, 2, i}; // @ N int[] (3)
        }
    }

    static void emptyArrays(int n) {
        for (int i = 0; i < n; i++) {
            sink = new byte[0]; // @ N byte[] (0)
            sink = new int[0]; // @ N int[] (0)
            sink = new long[0]; // @ N long[] (0)
            sink = new Object[0]; // @ N java.lang.Object[] (0)
        }
    }

    static void referenceArrays(int n) {
        for (int i = 0; i < n; i++) {
            sink = new String[7]; // @ N java.lang.String[] (7)
            sink = new int[5][]; // @ N int[][] (5)
            sink = new Plain[2][][]; // @ N known.Kinds$Plain[][][] (2)
        }
    }

    static void multiArrays(int n) {
        for (int i = 0; i < n; i++) {
            sink = new int[3][4]; // @ N int[][] (3), 3N int[] (4)
            sink = new int[2][3][4]; // @ N int[][][] (2), 2N int[][] (3), 6N int[] (4)
            sink = new int[2][3][]; // @ N int[][][] (2), 2N int[][] (3)
            sink = new long[0][5]; // @ N long[][] (0)
            sink = new byte[3][0]; // @ N byte[][] (3), 3N byte[] (0)
            sink = new String[2][2]; // @ N java.lang.String[][] (2), 2N java.lang.String[] (2)
        }
    }

    static void negativeSizes(int n) {
        for (int i = 0; i < Math.min(n, 100); i++) {
            negative(-1);
        }
    }

    private static void negative(int length) {
        try {
            sink = new int[length]; // @ nothing
        } catch (NegativeArraySizeException expected) {
            plainSink = expected;
        }
        try {
            sink = new String[length]; // @ nothing
        } catch (NegativeArraySizeException expected) {
            plainSink = expected;
        }
        try {
            sink = new int[2][length]; // @ nothing
        } catch (NegativeArraySizeException expected) {
            plainSink = expected;
        }
    }

    static void objectClones(int n) throws CloneNotSupportedException {
        Derived derived = new Derived();
        Base base = new Base();
        Copying copying = new Copying();
        OwnClone own = new OwnClone();
        ArrayClone array = new ArrayClone();
        ArraySuperClone arraySuper = new ArraySuperClone();
        Cloning cloning = new Replaced();
        for (int i = 0; i < n; i++) {
            sink = derived.clone(); // @ nothing
            sink = base.clone(); // @ nothing
            sink = copying.clone(); // @ nothing
            sink = own.clone(); // @ nothing
            sink = array.clone(); // @ nothing
            sink = arraySuper.clone(); // @ nothing
            sink = cloning.clone(); // @ nothing
        }
    }

    static void arrayClones(int n) {
        int[] ints = {1, 2, 3};
        double[] doubles = {1};
        boolean[] booleans = {true};
        String[] strings = {"a", "b", "c", "d"};
        Object[] seeminglyObjects = strings;
        int[][] nested = {ints, ints};
        for (int i = 0; i < n; i++) {
            sink = ints.clone(); // @ N int[] (3)
            sink = doubles.clone(); // @ N double[] (1)
            sink = booleans.clone(); // @ N boolean[] (1)
            sink = strings.clone(); // @ N java.lang.String[] (4)
            sink = seeminglyObjects.clone(); // @ N java.lang.String[] (4)
            sink = nested.clone(); // @ N int[][] (2)
        }
    }

    static void copies(int n) {
        String[] strings = {"a", "b", "c", "d"};
        Object[] seeminglyObjects = strings;
        for (int i = 0; i < n; i++) {
            sink = Arrays.copyOf(strings, 6); // @ N java.lang.String[] (6)
            sink = Arrays.copyOf(seeminglyObjects, 2); // @ N java.lang.String[] (2)
            sink = Arrays.copyOf(strings, 3, Object[].class); // @ N java.lang.Object[] (3)
            sink = Arrays.copyOfRange(strings, 1, 3); // @ N java.lang.String[] (2)
            sink = Arrays.copyOfRange(strings, 1, 9, Object[].class); // @ N java.lang.Object[] (8)
        }
    }

    static void primitiveCopies(int n) {
        int[] ints = {1, 2, 3};
        byte[] bytes = {1, 2, 3};
        for (int i = 0; i < n; i++) {
            sink = Arrays.copyOf(ints, 6); // @app N int[] (6)
            sink = Arrays.copyOf(bytes, 3); // @app N byte[] (3)
            sink = Arrays.copyOfRange(ints, 1, 2); // @app N int[] (1)
            sink = Arrays.copyOf(new boolean[] {true}, 20); // @app N boolean[] (1), N boolean[] (20)
        }
    }

    static void reflectiveArrays(int n) {
        for (int i = 0; i < n; i++) {
            sink = Array.newInstance(int.class, 5); // @ N int[] (5)
            sink = Array.newInstance(String.class, 5); // @ N java.lang.String[] (5)
            sink = Array.newInstance(Plain.class, SIZES); // @ N known.Kinds$Plain[][] (2), 2N known.Kinds$Plain[] (3)
            sink = Array.newInstance(Plain[].class, 3); // @ N known.Kinds$Plain[][] (3)
        }
    }

    static void constructor(int n) throws ReflectiveOperationException {
        Constructor<Plain> constructor = Plain.class.getDeclaredConstructor();
        Object[] none = {};
        for (int i = 0; i < n; i++) {
            sink = constructor.newInstance(none); // @ N known.Kinds$Plain {}
        }
    }

    static void constructorOfTwo(int n) throws ReflectiveOperationException {
        Constructor<Point> constructor = Point.class.getDeclaredConstructor(int.class, int.class);
        Object[] arguments = {3, 4};
        for (int i = 0; i < n; i++) {
            sink = constructor.newInstance(arguments); // @ N known.Kinds$Point {II}
        }
    }

    static void nestedConstructor(int n) throws ReflectiveOperationException {
        Constructor<Outer> constructor = Outer.class.getDeclaredConstructor(Constructor.class);
        Object[] arguments = {Plain.class.getDeclaredConstructor()};
        for (int i = 0; i < n; i++) {
            sink = constructor.newInstance(arguments); // @ N known.Kinds$Outer {LL}
        }
    }

    @SuppressWarnings("deprecation")
    static void classNewInstance(int n) throws ReflectiveOperationException {
        for (int i = 0; i < n; i++) {
            sink = Plain.class.newInstance(); // @ N known.Kinds$Plain {}
        }
    }

    static void handleExact(int n) throws Throwable {
        MethodHandle handle = MethodHandles.lookup()
                .findConstructor(Point.class, MethodType.methodType(void.class, int.class, int.class));
        for (int i = 0; i < n; i++) {
            Point point = (Point) handle.invokeExact(i, i); // @ N known.Kinds$Point {II}
            sink = point;
        }
    }

    static void handleInvoke(int n) throws Throwable {
        MethodHandle handle = MethodHandles.lookup().findConstructor(Plain.class, MethodType.methodType(void.class));
        for (int i = 0; i < n; i++) {
            Object plain = handle.invoke(); // @ N known.Kinds$Plain {}
            sink = plain;
        }
    }

    static void handleArguments(int n) throws Throwable {
        MethodHandle handle = MethodHandles.lookup().findConstructor(Plain.class, MethodType.methodType(void.class));
        List<Object> none = List.of();
        for (int i = 0; i < n; i++) {
            sink = handle.invokeWithArguments(none); // @ N known.Kinds$Plain {}
        }
    }

    static final MethodHandle COLLECTOR = MethodHandles.identity(Object[].class).asCollector(Object[].class, 3);

    static void handleCollector(int n) throws Throwable {
        MethodHandle collector = MethodHandles.identity(int[].class).asCollector(int[].class, 2);
        MethodHandle constructor = MethodHandles.arrayConstructor(String[].class);
        Object text = "a";
        for (int i = 0; i < n; i++) {
            Object[] texts = (Object[]) COLLECTOR.invokeExact(text, text, text); // @ N java.lang.Object[] (3)
            sink = texts;
            int[] numbers = (int[]) collector.invokeExact(i, i); // @ N int[] (2)
            sink = numbers;
            String[] made = (String[]) constructor.invokeExact(5); // @ N java.lang.String[] (5)
            sink = made;
        }
    }

    static final MethodHandle CONSTANT = constantHandle();

    private static MethodHandle constantHandle() {
        try {
            return MethodHandles.lookup().findConstructor(Mixed.class, MethodType.methodType(void.class, int.class));
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static void handleConstant(int n) throws Throwable {
        for (int i = 0; i < n; i++) {
            Mixed mixed = (Mixed) CONSTANT.invokeExact(i); // @ N known.Kinds$Mixed {IJLB}
            sink = mixed;
        }
    }

    static void handleProxy(int n) throws ReflectiveOperationException {
        MethodHandle handle = MethodHandles.lookup().findConstructor(Proxied.class, MethodType.methodType(void.class));
        Supplier<?> proxy = MethodHandleProxies.asInterfaceInstance(Supplier.class, handle);
        for (int i = 0; i < n; i++) {
            sink = proxy.get();
        }
    }

    static void unsafe(int n) throws ReflectiveOperationException {
        Field field = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        sun.misc.Unsafe unsafe = (sun.misc.Unsafe) field.get(null);
        for (int i = 0; i < n; i++) {
            sink = unsafe.allocateInstance(Wide.class); // @ N known.Kinds$Wide {JJD}
        }
    }

    static void concatText(int n) {
        String text = "text".repeat(2);
        for (int i = 0; i < n; i++) {
            sink = "a" + text; // @ N~ java.lang.String {LIBZ}, N~ byte[] (9)
        }
    }

    static void concatTwo(int n) {
        String one = "one".repeat(1 + n % 1);
        String two = "twenty".repeat(2);
        for (int i = 0; i < n; i++) {
            sink = one + two; // @ N~ java.lang.String {LIBZ}, N~ byte[] (15)
        }
    }

    static void concatFive(int n) {
        String text = "text".repeat(2);
        for (int i = 0; i < n; i++) {
            sink = text + ':' + text + '/' + true + text + 'x' + text; // @ N~ java.lang.String {LIBZ}, N~ byte[] (39)
        }
    }

    static void concatWide(int n) {
        String wide = "\u4e2d\u6587".repeat(2);
        for (int i = 0; i < n; i++) {
            sink = wide + "latin" + wide; // @ N~ java.lang.String {LIBZ}, N~ byte[] (26)
        }
    }

    static void concatEmpty(int n) {
        String text = "text".repeat(2);
        String empty = text.substring(8);
        for (int i = 0; i < n; i++) {
            sink = text + empty; // @ N~ java.lang.String {LIBZ}, 0~ byte[] (0)
        }
    }

    static void concatNumber(int n) {
        for (int i = 0; i < n; i++) {
            sink = "item " + (i % 1000 + 100_000); // @ N~ java.lang.String {LIBZ}, N~ byte[] (11)
        }
    }

    static void concatNumberAlone(int n) {
        for (int i = 0; i < n; i++) {
            sink = "" + (i % 1000 + 100_000); // @app N~ java.lang.String {LIBZ}, N~ byte[] (6)
        }
    }

    static void concatNested(int n) {
        Named named = new Named("text".repeat(2));
        for (int i = 0; i < n; i++) {
            sink = "named " + named; // @ N~ java.lang.String {LIBZ}, N~ byte[] (16)
        }
    }

    static final class Throwing {
        private int calls;

        @Override
        public String toString() {
            if (calls++ % 2 == 0) {
                throw FAILURE;
            }
            return "made";
        }
    }

    static void concatThrowing(int n) {
        Throwing half = new Throwing();
        String text = "text".repeat(2);
        String empty = text.substring(8);
        for (int i = 0; i < 2 * n; i++) {
            try {
                sink = text + half; // @ N~ java.lang.String {LIBZ}, N~ byte[] (12)
            } catch (IllegalStateException expected) {
                sink = text + empty; // @ N~ java.lang.String {LIBZ}, 0~ byte[] (0)
            }
        }
    }

    static void concatHandle(int n) throws Throwable {
        MethodType type = MethodType.methodType(String.class, String.class, int.class);
        MethodHandle handle = StringConcatFactory.makeConcatWithConstants(
                        MethodHandles.lookup(), "concat", type, "\1-\1")
                .getTarget();
        String text = "text".repeat(2);
        for (int i = 0; i < n; i++) {
            String made = (String) handle.invokeExact(text, i % 10); // @ N~ java.lang.String {LIBZ}, N~ byte[] (10)
            sink = made;
        }
    }

    static void boxing(int n) {
        for (int i = 0; i < n; i++) {
            sink = i + 1000; // @app N java.lang.Integer {I}
            sink = i + 1000L; // @app N java.lang.Long {J}
            sink = (double) i; // @app N java.lang.Double {D}
            sink = i * 0.5f; // @app N java.lang.Float {F}
            sink = (char) (i % 100 + 1000); // @app N java.lang.Character {C}
            sink = (short) (i % 100 + 1000); // @app N java.lang.Short {S}
            sink = i % 100; // @app nothing
            sink = i % 2 == 0; // @app nothing
        }
    }

    static void builder(int n) {
        String text = "text".repeat(2);
        for (int i = 0; i < n; i++) {
            StringBuilder builder = new StringBuilder(20); // @ N java.lang.StringBuilder {LIBBB}
            builder.append(text).append('x').append(text); // @app nothing
            sink = builder.toString(); // @app N java.lang.String {LIBZ}, N byte[] (17)
        }
    }

    static void lambdas(int n) {
        for (int i = 0; i < n; i++) {
            int captured = i;
            String text = "x";
            IntSupplier one = () -> captured; // @ N known.Kinds$$Lambda {I}
            Supplier<String> two = () -> text + captured; // @ N known.Kinds$$Lambda {LI}
            Runnable none = () -> {}; // @ nothing
            sink = one;
            sink = two;
            sink = none;
        }
    }

    static void references(int n) {
        for (int i = 0; i < n; i++) {
            IntFunction<int[]> array = int[]::new; // @ N int[] (7)
            IntFunction<Referred> constructor = Referred::new; // @ N known.Kinds$Referred {I}
            Referred receiver = constructor.apply(5); // @ nothing
            IntSupplier bound = receiver::number; // @ N known.Kinds$$Lambda {L}
            sink = array.apply(7); // @ nothing
            sink = bound;
        }
    }

    static void varargs(int n) {
        for (int i = 0; i < n; i++) {
            take("a", "b", "c"); // @ N java.lang.Object[] (3)
            take(); // @ N java.lang.Object[] (0)
            takeInts(1, 2, 3, 4); // @ N int[] (4)
        }
    }

    private static void take(Object... values) {
        sink = values;
    }

    private static void takeInts(int... values) {
        sink = values;
    }

    static void records(int n) {
        for (int i = 0; i < n; i++) {
            sink = new Pair("a", i); // @ N known.Kinds$Pair {LJ}
        }
    }

    static void enumValues(int n) {
        for (int i = 0; i < n; i++) {
            sink = Suit.values(); // @ nothing
        }
    }

    static void inner(int n) {
        for (int i = 0; i < n; i++) {
            sink = new Object() {}; // @ N known.Kinds$1 {}
        }
    }

    static void failing(int n) {
        for (int i = 0; i < Math.min(n, 1000); i++) {
            try {
                sink = new Failing(); // @fixed 1000 known.Kinds$Failing {L}
            } catch (IllegalStateException expected) {
                plainSink = expected;
            }
        }
    }

    static void lists(int n) {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            list.add("x");
            if (list.size() == 100) {
                sink = list.toArray();
                sink = list.toArray(new String[0]);
                sink = List.copyOf(list);
                list = new ArrayList<>();
            }
        }
    }

    static void maps(int n) {
        Map<String, Integer> hash = new HashMap<>();
        Map<String, Integer> tree = new TreeMap<>();
        String[] keys = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q"};
        for (int i = 0; i < n; i++) {
            hash.merge(keys[i % keys.length], 1, Integer::sum);
            tree.put(keys[i % keys.length], i);
            if (i % 100 == 99) {
                for (Map.Entry<String, Integer> entry : hash.entrySet()) {
                    sink = entry.getValue();
                }
                sink = new HashMap<>(hash);
                hash.clear();
                tree.clear();
            }
        }
    }

    static void streams(int n) {
        for (int i = 0; i < n / 20; i++) {
            int from = i;
            sink = IntStream.range(0, 20)
                    .mapToObj(value -> value + from)
                    .filter(value -> value % 2 == 0)
                    .collect(Collectors.toList());
            sink = Arrays.stream(new int[] {3, 2, 1})
                    .sorted()
                    .boxed()
                    .map(Object::toString)
                    .toList();
        }
    }

    static void substrings(int n) {
        String text = "text,".repeat(4);
        for (int i = 0; i < n; i++) {
            sink = text.substring(3, 9); // @app N java.lang.String {LIBZ}, N byte[] (6)
            sink = new String(new char[] {'a', 'b'}); // @app N java.lang.String {LIBZ}, N byte[] (2), N char[] (2)
            sink = new String(WIDE, 0, 2); // @app N java.lang.String {LIBZ}, N byte[] (2), N byte[] (4)
            sink = text.toCharArray(); // @app N char[] (20)
            sink = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1); // @app N byte[] (20)
            sink = text.replace('t', 'x'); // @app N java.lang.String {LIBZ}, N byte[] (20)
        }
    }

    static void deserialization(int n) throws Exception {
        for (int i = 0; i < Math.min(n, 2000); i++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(SERIAL);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                sink = in.readObject();
            }
        }
    }

    private static final char[] WIDE = {'\u4e2d', '\u6587'};

    static final Serial SERIAL = new Serial(); // @total 2001 known.Kinds$Serial {IL}

    static class Plain {
        Plain() {}
    }

    static class Mixed {
        final int number;
        long big;
        Object reference;
        byte small;

        Mixed(int number) {
            this.number = number;
        }
    }

    static class Referred { // @total N known.Kinds$Referred {I}
        final int number;

        Referred(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    static class Proxied { // @total N known.Kinds$Proxied {}
        Proxied() {}
    }

    static class Wide {
        long one;
        long two;
        double three;
    }

    static class Base implements Cloneable {
        int number;

        @Override
        public Base clone() throws CloneNotSupportedException {
            return (Base) super.clone(); // @ N known.Kinds$Base {I}, N known.Kinds$Derived {II}
        }
    }

    static class Derived extends Base {
        int another;

        @Override
        public Derived clone() throws CloneNotSupportedException {
            return (Derived) super.clone(); // @ nothing
        }
    }

    static class Copying implements Cloneable {
        long number;

        @Override
        public Copying clone() {
            return new Copying(); // @ N known.Kinds$Copying {J}
        }
    }

    static class OwnClone implements Cloneable {
        long number;
        int another;

        @Override
        public Object clone() throws CloneNotSupportedException {
            return super.clone(); // @ N known.Kinds$OwnClone {JI}
        }
    }

    static class ArrayClone {
        final double[] values = new double[8];

        @Override
        public Object clone() {
            return values.clone(); // @ N double[] (8)
        }
    }

    static class ArraySuper {
        @Override
        public Object clone() throws CloneNotSupportedException {
            return new long[4]; // @ N long[] (4)
        }
    }

    static class ArraySuperClone extends ArraySuper {
        @Override
        public Object clone() throws CloneNotSupportedException {
            return super.clone(); // @ nothing
        }
    }

    abstract static class Cloning {
        @Override
        public abstract Object clone();
    }

    static class Replaced extends Cloning {
        @Override
        public Object clone() {
            return new Replacement(); // @ N known.Kinds$Replacement {JJ}
        }
    }

    static class Replacement {
        long one;
        long two;
    }

    record Point(int x, int y) {}

    record Pair(String name, long number) {}

    static class Outer {
        Object made;
        Object also;

        Outer(Constructor<?> constructor) throws ReflectiveOperationException {
            Object[] none = {}; // @ N java.lang.Object[] (0)
            made = constructor.newInstance(none); // @ N known.Kinds$Plain {}
            also = new Plain(); // @ N known.Kinds$Plain {}
        }
    }

    static class Named {
        final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name + "/s"; // @ N~ java.lang.String {LIBZ}, N~ byte[] (10)
        }
    }

    enum Suit { // @ N+1 known.Kinds$Suit[] (4)
        CLUBS,
        DIAMONDS,
        HEARTS,
        SPADES
    }

    static class Failing {
        final Object never;

        Failing() {
            never = fail();
        }

        private static Object fail() {
            throw new IllegalStateException("expected"); // @fixed 1000 java.lang.IllegalStateException {LLLLLI}
        }
    }

    static class Serial implements Serializable {
        private static final long serialVersionUID = 1L;
        int number = 3;
        String text = "text";
    }
}
