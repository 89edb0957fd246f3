package io.tracemalloc.internal.analysis;

import java.util.List;

/** Which classes belong to the JDK, told by their names alone: a snapshot may come from another JVM. */
final class JdkClasses {

    /*
     * Other libraries live below com.sun, javax and org as well (com.sun.jna, javax.persistence, org.w3c.css), so the
     * JDK's packages there are listed one by one: those of every module of JDK 17 and 25.
     */
    private static final List<String> PREFIXES = List.of(
            "java.",
            "jdk.",
            "sun.",
            "com.sun.accessibility.",
            "com.sun.beans.",
            "com.sun.crypto.provider.",
            "com.sun.imageio.",
            "com.sun.jarsigner.",
            "com.sun.java.",
            "com.sun.java_cup.",
            "com.sun.jdi.",
            "com.sun.jmx.",
            "com.sun.jndi.",
            "com.sun.management.",
            "com.sun.media.sound.",
            "com.sun.naming.",
            "com.sun.net.httpserver.",
            "com.sun.nio.",
            "com.sun.org.apache.",
            "com.sun.org.slf4j.internal.",
            "com.sun.proxy.",
            "com.sun.rowset.",
            "com.sun.security.",
            "com.sun.source.",
            "com.sun.swing.",
            "com.sun.tools.",
            "com.sun.xml.internal.",
            "javax.accessibility.",
            "javax.annotation.processing.",
            "javax.crypto.",
            "javax.imageio.",
            "javax.lang.model.",
            "javax.management.",
            "javax.naming.",
            "javax.net.",
            "javax.print.",
            "javax.rmi.ssl.",
            "javax.script.",
            "javax.security.auth.",
            "javax.security.cert.",
            "javax.security.sasl.",
            "javax.smartcardio.",
            "javax.sound.",
            "javax.sql.",
            "javax.swing.",
            "javax.tools.",
            "javax.transaction.xa.",
            "javax.xml.catalog.",
            "javax.xml.crypto.",
            "javax.xml.datatype.",
            "javax.xml.namespace.",
            "javax.xml.parsers.",
            "javax.xml.stream.",
            "javax.xml.transform.",
            "javax.xml.validation.",
            "javax.xml.xpath.",
            "netscape.javascript.",
            "org.ietf.jgss.",
            "org.jcp.xml.dsig.",
            "org.w3c.dom.",
            "org.xml.sax.");

    private static final List<String> EXACT = List.of("javax.xml.XMLConstants");

    /** Programs that come with the JDK, as opposed to what programs call. */
    private static final List<String> TOOLS = List.of(
            "com.sun.tools.",
            "com.sun.jarsigner.",
            "jdk.internal.jshell.tool.",
            "jdk.javadoc.",
            "jdk.jfr.internal.tool.",
            "jdk.jpackage.",
            "jdk.jshell.",
            "jdk.tools.",
            "sun.jvmstat.",
            "sun.security.tools.",
            "sun.tools.");

    private JdkClasses() {}

    /** Whether a class of this name is part of the JDK, its tools included. */
    static boolean contain(String className) {
        return startsWithAny(className, PREFIXES) || EXACT.contains(className);
    }

    /** Whether a class of this name belongs to one of the JDK's tools. */
    static boolean isTool(String className) {
        return startsWithAny(className, TOOLS);
    }

    private static boolean startsWithAny(String className, List<String> prefixes) {
        for (String prefix : prefixes) {
            if (className.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
