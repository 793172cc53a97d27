package dev.onchange.engine.bson;

/** BSON type bytes, and the classes of types that the server compares with each other. */
public final class Types {

    /** Not a BSON type: a field that is not there. */
    public static final int MISSING = 0;

    public static final int DOUBLE = 1;
    public static final int STRING = 2;
    public static final int OBJECT = 3;
    public static final int ARRAY = 4;
    public static final int BINARY = 5;
    public static final int UNDEFINED = 6;
    public static final int OBJECT_ID = 7;
    public static final int BOOL = 8;
    public static final int DATE = 9;
    public static final int NULL = 10;
    public static final int REGEX = 11;
    public static final int DB_POINTER = 12;
    public static final int CODE = 13;
    public static final int SYMBOL = 14;
    public static final int CODE_WITH_SCOPE = 15;
    public static final int INT = 16;
    public static final int TIMESTAMP = 17;
    public static final int LONG = 18;
    public static final int DECIMAL = 19;
    public static final int MIN_KEY = -1;
    public static final int MAX_KEY = 127;

    private static final int[] BRACKETS = {0, 10, 15, 20, 25, 30, 0, 35, 40, 45, 5, 50, 55, 60, 15, 65, 10, 47, 10, 10};

    private Types() {}

    /**
     * The place of a type in the server's order of types; types of one place are compared by value. Missing and
     * undefined come before null, but a comparison in a filter takes them for null.
     */
    public static int bracket(int type) {
        return type >= 0 && type < BRACKETS.length ? BRACKETS[type] : type;
    }

    public static boolean isNumber(int type) {
        return type == INT || type == LONG || type == DOUBLE || type == DECIMAL;
    }

    /** Null, or what a filter takes for null. */
    public static boolean isNullish(int type) {
        return type == NULL || type == MISSING || type == UNDEFINED;
    }
}
