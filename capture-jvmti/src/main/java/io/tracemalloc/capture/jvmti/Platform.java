package io.tracemalloc.capture.jvmti;

/**
 * An operating system and a processor, as libraries are named after them.
 *
 * @param name {@code linux-x64}
 * @param libraryFile file name of the library there
 */
record Platform(String name, String libraryFile) {

    /** That of this JVM. */
    static Platform current() {
        return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    /** The platform of these system properties. */
    static Platform of(String osName, String osArch) {
        boolean mac = osName.startsWith("Mac");
        String system = osName.equals("Linux") ? "linux" : mac ? "macos" : osName.toLowerCase(java.util.Locale.ROOT);
        String processor = switch (osArch) {
            case "amd64", "x86_64" -> "x64";
            case "arm64" -> "aarch64";
            default -> osArch;
        };
        return new Platform(system.replace(' ', '_') + "-" + processor, "libtracemalloc" + (mac ? ".dylib" : ".so"));
    }

    /** Where a jar has the library. */
    String resource() {
        return "META-INF/native/" + name + "/" + libraryFile;
    }
}
