package io.tracemalloc.internal.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleFinder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdkClassesTest {

    @Test
    void knowsEveryPackageOfTheRunningJdk() {
        List<String> unknown = ModuleFinder.ofSystem().findAll().stream()
                .flatMap(module -> module.descriptor().packages().stream())
                // Icons, without classes.
                .filter(name -> !name.contains("toolbarButtonGraphics"))
                // Holds one class, which is listed by its name.
                .filter(name -> !name.equals("javax.xml"))
                .filter(name -> !JdkClasses.contain(name + ".Any"))
                .sorted()
                .toList();

        assertThat(unknown).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.util.HashMap$Node",
                "javax.xml.XMLConstants",
                "jdk.proxy2.$Proxy7",
                "com.sun.proxy.$Proxy7",
                "sun.nio.ch.FileChannelImpl",
            })
    void countsToTheJdk(String className) {
        assertThat(JdkClasses.contain(className)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Main",
                "javax.persistence.EntityManager",
                "javax.inject.Inject",
                "javax.servlet.http.HttpServlet",
                "javax.xml.bind.JAXBContext",
                "javax.annotation.PostConstruct",
                "javax.transaction.UserTransaction",
                "com.sun.jna.Native",
                "com.sun.jersey.api.Server",
                "com.sun.xml.bind.v2.Context",
                "javafx.application.Application",
                "javassist.ClassPool",
                "jdkother.Foo",
                "org.w3c.css.Parser",
                "kotlin.collections.ArrayDeque",
            })
    void doesNotCountToTheJdk(String className) {
        assertThat(JdkClasses.contain(className)).isFalse();
    }

    @Test
    void tellsToolsFromTheLibrary() {
        assertThat(JdkClasses.isTool("com.sun.tools.javac.util.ListBuffer")).isTrue();
        assertThat(JdkClasses.isTool("jdk.jshell.JShell")).isTrue();
        assertThat(JdkClasses.isTool("java.util.HashMap")).isFalse();
        assertThat(JdkClasses.isTool("com.acme.Main")).isFalse();
    }
}
