package dev.onchange;

import com.mongodb.internal.build.MongoDriverVersion;

/** What the driver does with which the tests run, where drivers differ. */
public final class TestedDriver {

    private TestedDriver() {}

    /** The oldest that are supported go on with a cursor and its connection after their client was closed. */
    public static boolean readsOnWhenClosed() {
        return version().startsWith("5.5.");
    }

    private static String version() {
        try {
            // read when it is called: the compiler would copy the constant
            return MongoDriverVersion.class.getField("VERSION").get(null).toString();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
