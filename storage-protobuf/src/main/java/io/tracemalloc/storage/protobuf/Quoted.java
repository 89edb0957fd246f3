package io.tracemalloc.storage.protobuf;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Names from a file that nobody vouches for, made fit for one line of a message. */
final class Quoted {

    private static final int MOST_NAMES = 4;
    private static final int MOST_CHARACTERS = 40;

    static String names(String[] names) {
        String shown = Arrays.stream(names).limit(MOST_NAMES).map(Quoted::name).collect(Collectors.joining(", "));
        return names.length > MOST_NAMES ? shown + " and " + (names.length - MOST_NAMES) + " more" : shown;
    }

    private static String name(String name) {
        String printable = name.replaceAll("[^\\p{Graph} ]", "?");
        return printable.length() > MOST_CHARACTERS ? printable.substring(0, MOST_CHARACTERS) + "..." : printable;
    }

    private Quoted() {}
}
