package dev.onchange.console;

import java.util.regex.Pattern;

/** Removes connection strings, which may hold passwords, from all that the console sends: exceptions of drivers and users may have one. */
final class ConnectionSecrets {

    /** Any scheme with a user and a password, and MongoDB's with or without them. */
    private static final Pattern CONNECTION_STRING = Pattern.compile(
            "mongodb(?:\\+srv)?://[^\\s\"'<>\\\\]*|\\b([a-z][a-z0-9+.-]{1,20})://[^\\s\"'<>\\\\/@]{1,200}:[^\\s\"'<>\\\\@]{1,200}@");

    private ConnectionSecrets() {}

    static String removedFrom(String text) {
        return text.contains("://") ? CONNECTION_STRING.matcher(text).replaceAll("[connection string removed]") : text;
    }
}
