package io.tracemalloc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource({
        "com.acme.Foo, com.acme.Foo",
        "com.acme.Foo$Bar, com.acme.Foo$Bar",
        "Foo, Foo",
        "int, int",
        "[I, int[]",
        "[[J, long[][]",
        "[Lcom.acme.Foo;, com.acme.Foo[]",
        "[[Lcom.acme.Foo$Bar;, com.acme.Foo$Bar[][]",
        "byte[], byte[]",
        "com.acme.Foo$Bar[][], com.acme.Foo$Bar[][]",
        "com.acme.Foo$$Lambda/0x00007f0123456789, com.acme.Foo$$Lambda",
        "com.acme.Foo$$Lambda.0x00007f0123456789, com.acme.Foo$$Lambda",
        "com.acme.Foo$$Lambda$14/0x0000000800c03000, com.acme.Foo$$Lambda",
        "com.acme.Foo$$Lambda$14/1234567, com.acme.Foo$$Lambda",
        "com.acme.Foo$$Lambda$14, com.acme.Foo$$Lambda",
        "com.acme.Foo$$Lambda, com.acme.Foo$$Lambda",
        "com.acme.Foo$$LambdaFactory, com.acme.Foo$$LambdaFactory",
        "java.lang.invoke.LambdaForm$MH/0x0000000800c03000, java.lang.invoke.LambdaForm$MH",
        "com.acme.Foo/0x0000000800c03000, com.acme.Foo",
        "com.acme.Foo$$Lambda/0x00007f0123456789[], com.acme.Foo$$Lambda[]",
        "[Lcom.acme.Foo$$Lambda/0x00007f0123456789;, com.acme.Foo$$Lambda[]",
        "com.sun.proxy.$Proxy12, com.sun.proxy.$Proxy12",
    })
    void namesClassesAsGetTypeNameDoesAndHiddenOnesWithoutNumberAndAddress(String name, String expected) {
        assertThat(Names.className(name)).isEqualTo(expected);
    }

    @Test
    void namesARealLambdaWithoutItsAddress() {
        Runnable lambda = () -> {};

        assertThat(Names.className(lambda.getClass().getName())).isEqualTo("io.tracemalloc.internal.NamesTest$$Lambda");
        assertThat(Names.className(lambda.getClass().getTypeName()))
                .isEqualTo("io.tracemalloc.internal.NamesTest$$Lambda");
    }

    @ParameterizedTest
    @CsvSource({
        "com/acme/Foo, com.acme.Foo",
        "[Lcom/acme/Foo;, com.acme.Foo[]",
        "[[B, byte[][]",
        "com/acme/Foo$$Lambda.0x00007f0123456789, com.acme.Foo$$Lambda",
        "com/acme/Foo$$Lambda$3/0x00007f0123456789, com.acme.Foo$$Lambda",
    })
    void namesClassesOfClassFiles(String name, String expected) {
        assertThat(Names.classNameFromInternal(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "Lcom/acme/Foo;, com.acme.Foo",
        "I, int",
        "Z, boolean",
        "[[J, long[][]",
        "[Lcom/acme/Foo;, com.acme.Foo[]",
        "Lcom/acme/Foo$$Lambda.0x00007f0123456789;, com.acme.Foo$$Lambda",
    })
    void namesClassesOfDescriptors(String descriptor, String expected) {
        assertThat(Names.classNameFromDescriptor(descriptor)).isEqualTo(expected);
    }

    @Test
    void namesFilesByPackagePathAndSource() {
        assertThat(Names.fileName("com.acme.Foo$Bar", "Foo.java")).isEqualTo("com/acme/Foo.java");
        assertThat(Names.fileName("Foo", "Foo.java")).isEqualTo("Foo.java");
        assertThat(Names.fileName("com.acme.Foo$Bar", null)).isEqualTo("com/acme/Foo$Bar.class");
        assertThat(Names.fileName("", null)).isEqualTo("<unknown>");
    }
}
