package io.tracemalloc.capture.jvmti;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AllocationSiteTest {

    private static final String OBJECTS = "([Ljava/lang/Object;I)[Ljava/lang/Object;";

    @Test
    void isTheTopFrame() {
        assertThat(site("com.acme.Foo.bar", "com.acme.Main.main")).isEqualTo("com.acme.Foo.bar");
    }

    @Test
    void isBehindNativesAndIntrinsics() {
        assertThat(site("native java.lang.Object.clone", "com.acme.Foo.copy")).isEqualTo("com.acme.Foo.copy");
        assertThat(site(
                        "native java.lang.reflect.Array.newArray",
                        "java.lang.reflect.Array.newInstance",
                        "java.util.Arrays.copyOf" + OBJECTS,
                        "java.util.Arrays.copyOf" + OBJECTS,
                        "com.acme.Foo.grow"))
                .isEqualTo("com.acme.Foo.grow");
        assertThat(site("java.util.Arrays.copyOf([BI)[B", "com.acme.Foo.grow")).isEqualTo("java.util.Arrays.copyOf");
        assertThat(site(
                        "java.lang.StringUTF16.newBytesFor",
                        "java.lang.StringUTF16.toBytes([CII)[B",
                        "java.lang.String.<init>"))
                .isEqualTo("java.lang.String.<init>");
        assertThat(site("java.lang.StringUTF16.newBytesFor", "java.lang.StringUTF16.inflate"))
                .isEqualTo("java.lang.StringUTF16.newBytesFor");
    }

    @Test
    void isTheCallerOfReflection() {
        assertThat(site(
                        "native jdk.internal.reflect.NativeConstructorAccessorImpl.newInstance0",
                        "jdk.internal.reflect.NativeConstructorAccessorImpl.newInstance",
                        "jdk.internal.reflect.DelegatingConstructorAccessorImpl.newInstance",
                        "java.lang.reflect.Constructor.newInstance",
                        "java.lang.Class.newInstance",
                        "com.acme.Foo.make"))
                .isEqualTo("com.acme.Foo.make");
        assertThat(site(
                        "jdk.internal.reflect.GeneratedConstructorAccessor7.newInstance",
                        "java.lang.reflect.Constructor.newInstance",
                        "com.acme.Foo.make"))
                .isEqualTo("com.acme.Foo.make");
        assertThat(site(
                        "native jdk.internal.misc.Unsafe.allocateInstance",
                        "java.lang.invoke.DirectMethodHandle.allocateInstance",
                        "hidden java.lang.invoke.LambdaForm$DMH.newInvokeSpecial",
                        "java.lang.invoke.MethodHandle.invokeWithArguments",
                        "com.acme.Foo.make"))
                .isEqualTo("com.acme.Foo.make");
        assertThat(site("jdk.internal.reflect.NativeConstructorAccessorImpl.newInstance", "com.acme.Foo.make"))
                .as("what the machinery allocates for itself")
                .isEqualTo("jdk.internal.reflect.NativeConstructorAccessorImpl.newInstance");
    }

    @Test
    void isTheLineOfTheConcatenation() {
        assertThat(site(
                        "native jdk.internal.misc.Unsafe.allocateUninitializedArray",
                        "java.lang.StringConcatHelper.newArray",
                        "hidden java.lang.invoke.LambdaForm$MH.invoke",
                        "com.acme.Foo.text"))
                .isEqualTo("com.acme.Foo.text");
        assertThat(site("java.lang.StringConcatHelper.simpleConcat", "java.lang.String.concat", "com.acme.Foo.text"))
                .isEqualTo("java.lang.StringConcatHelper.simpleConcat");
    }

    @Test
    void leavesHiddenFramesOutBeforeTheLimit() {
        StackFrames stack = stack(
                20,
                "com.acme.Foo.body",
                "hidden com.acme.Foo$$Lambda.run",
                "com.acme.Foo.caller",
                "com.acme.Main.main");

        assertThat(stack.shown(2)).containsExactly(0, 2);
        assertThat(stack.totalShown()).isEqualTo(19);
    }

    @Test
    void isTheLineOfTheProgramsHiddenClass() {
        assertThat(site("hidden com.acme.Compiled.run", "com.acme.Main.main")).isEqualTo("com.acme.Compiled.run");
        assertThat(site(
                        "java.lang.StringConcatHelper.newArray",
                        "hidden java.lang.invoke.LambdaForm$MH.invoke",
                        "hidden com.acme.Compiled.run",
                        "com.acme.Main.main"))
                .isEqualTo("com.acme.Compiled.run");
        assertThat(site("hidden jdk.MHProxy1.Runnable.run", "com.acme.Main.main"))
                .as("the machinery of the JDK")
                .isEqualTo("com.acme.Main.main");

        StackFrames stack =
                stack(3, "hidden com.acme.Compiled.run", "hidden com.acme.Compiled.get", "com.acme.Main.main");
        assertThat(stack.shown(5)).containsExactly(0, 2);
        assertThat(stack.totalShown()).isEqualTo(2);
    }

    @Test
    void isTheLineOfTheConstructorReference() {
        MethodName referring = method("com.acme.Foo.refer");
        MethodName lambda = new MethodName(
                "com.acme.Foo$$Lambda", "apply", "", "", false, true, new MethodName.Linkage(referring, 42));
        StackFrames elsewhere = new StackFrames(new int[2], List.of(lambda, method("com.acme.Main.main")), 2);
        StackFrames inside = new StackFrames(
                new int[4],
                List.of(lambda, method("java.util.Optional.map"), referring, method("com.acme.Main.main")),
                4);

        assertThat(elsewhere.shown(5)).containsExactly(StackFrames.REFERENCE, 1);
        assertThat(elsewhere.totalShown()).isEqualTo(2);
        assertThat(inside.shown(5)).containsExactly(StackFrames.REFERENCE, 3);
        assertThat(inside.totalShown()).isEqualTo(2);
        assertThat(inside.reference().line()).isEqualTo(42);
    }

    private static String site(String... frames) {
        StackFrames stack = stack(frames.length, frames);
        MethodName method = stack.method(stack.shown(1).get(0));
        return method.className() + "." + method.name();
    }

    private static StackFrames stack(int depth, String... frames) {
        List<MethodName> methods =
                Stream.of(frames).map(AllocationSiteTest::method).toList();
        return new StackFrames(new int[frames.length], methods, depth);
    }

    /** {@code [native|hidden] class.method[descriptor]}. */
    private static MethodName method(String text) {
        String named = text.substring(text.indexOf(' ') + 1);
        int end = named.indexOf('(') < 0 ? named.length() : named.indexOf('(');
        int dot = named.lastIndexOf('.', end - 1);
        return new MethodName(
                named.substring(0, dot),
                named.substring(dot + 1, end),
                named.substring(end),
                "File.java",
                text.startsWith("native "),
                text.startsWith("hidden "),
                null);
    }
}
