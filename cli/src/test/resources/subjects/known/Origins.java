package known;

import io.tracemalloc.Frame;
import io.tracemalloc.Traceback;
import io.tracemalloc.Tracemalloc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Allocates in stacks of every shape, and holds the traceback of each block against the stack that Java itself shows. */
public final class Origins {

    /** An object and the stack of the line that made it. */
    record Made(Object object, Throwable stack) {}

    interface Maker {
        Made make();
    }

    private static int compared;

    private Origins() {}

    static Made make() {
        return new Made(new Object(), new Throwable());
    }

    public static Object reflected() {
        return make();
    }

    public static void main(String[] args) throws Throwable {
        for (int i = 0; i < 3; i++) {
            compare("plain", make());
            compare("lambda", ((Maker) () -> make()).make());
            compare("reference", ((Maker) Origins::make).make());
            compare("stream", stream());
            compare("reflection", reflection());
            compare("handle", handle());
            compare("exact handle", exactHandle());
            compare("bound handle", boundHandle());
            compare("proxy", proxy());
            compare("privileged", privileged());
            compare("constructor", new Constructed().made);
            compare("initialiser", Initialised.make());
            compare("deep", deep(100));
            compare("deep in lambdas", deepInLambdas(60));
            onThreads();
        }
        System.out.println("compared " + compared);
    }

    private static Made stream() {
        List<Made> all = new ArrayList<>();
        IntStream.range(0, 3).mapToObj(i -> make()).filter(made -> true).forEach(all::add);
        return all.get(2);
    }

    private static Made reflection() throws ReflectiveOperationException {
        Method method = Origins.class.getMethod("reflected");
        Made made = null;
        for (int i = 0; i < 20; i++) {
            made = (Made) method.invoke(null);
        }
        return made;
    }

    private static Made handle() throws Throwable {
        return (Made) (Object) MethodHandles.lookup()
                .findStatic(Origins.class, "reflected", MethodType.methodType(Object.class))
                .invoke();
    }

    private static Made exactHandle() throws Throwable {
        return (Made) MethodHandles.lookup()
                .findStatic(Origins.class, "make", MethodType.methodType(Made.class))
                .invokeExact();
    }

    private static Made boundHandle() throws Throwable {
        Function<Integer, Made> function = i -> make();
        return (Made) MethodHandles.lookup()
                .bind(function, "apply", MethodType.methodType(Object.class, Object.class))
                .invokeWithArguments(3);
    }

    private static Made proxy() {
        Maker maker = (Maker) Proxy.newProxyInstance(
                Origins.class.getClassLoader(), new Class<?>[] {Maker.class}, (proxy, method, args) -> make());
        return maker.make();
    }

    @SuppressWarnings("removal")
    private static Made privileged() {
        return AccessController.doPrivileged((PrivilegedAction<Made>) () -> make());
    }

    static final class Constructed {
        final Made made = make();
    }

    static final class Initialised {
        static final Made MADE = Origins.make();

        static Made make() {
            return MADE;
        }
    }

    private static Made deep(int calls) {
        return calls == 0 ? make() : deep(calls - 1);
    }

    private static Made deepInLambdas(int calls) {
        Function<Integer, Made> next = rest -> deepInLambdas(rest);
        return calls == 0 ? make() : next.apply(calls - 1);
    }

    private static void onThreads() throws Exception {
        Thread thread = new Thread(() -> compare("thread", make()));
        thread.start();
        thread.join();
        Method virtual;
        try {
            virtual = Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException older) {
            return;
        }
        CountDownLatch latch = new CountDownLatch(1);
        Runnable inVirtual = () -> {
            compare("virtual thread", make());
            compare("virtual thread, deep", deep(70));
            latch.countDown();
        };
        virtual.invoke(null, inVirtual);
        latch.await();
    }

    private static synchronized void compare(String shape, Made made) {
        List<String> expected = new ArrayList<>();
        for (StackTraceElement element : made.stack().getStackTrace()) {
            expected.add(element.getClassName() + "." + element.getMethodName() + ":"
                    + Math.max(0, element.getLineNumber()));
        }
        Traceback traceback = Tracemalloc.objectTraceback(made.object()).orElse(Traceback.EMPTY);
        List<String> found = new ArrayList<>();
        for (Frame frame : traceback.frames()) {
            found.add(frame.qualifiedMethod() + ":" + frame.lineNumber());
        }
        List<String> first = expected.subList(0, Math.min(expected.size(), Tracemalloc.tracebackLimit()));
        if (!first.equals(found)) {
            System.out.println(shape + ": expected " + first + ", found " + found);
        }
        if (traceback.totalFrames() != expected.size()) {
            System.out.println(
                    shape + ": expected " + expected.size() + " frames in all, found " + traceback.totalFrames());
        }
        compared++;
    }
}
