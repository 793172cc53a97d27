package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.ElementReader;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What may be read from resume tokens. Their {@code _data} is a string of hexadecimal digits that sorts as the events
 * were delivered, within one deployment; the first byte is {@code 82} and the next eight are the cluster time. Seen so
 * on 6.0, and relied on by other connectors; the manual calls the format opaque.
 */
public final class ResumeTokens {

    static final byte[] DATA = "_data".getBytes(StandardCharsets.US_ASCII);

    private static final int TIME_FROM = 2;
    private static final int TIME_TO = 18;
    private static final int NUMBER_ZERO = 0x29;
    private static final int LARGEST_NUMBER = 0x32;
    private static final int BINARY_TYPE = 0x5A;
    private static final int FALSE = 0x6E;
    private static final int TRUE = 0x6F;
    private static final BsonTimestamp UNKNOWN = new BsonTimestamp(0);

    private ResumeTokens() {}

    /** The string by which tokens are compared; null if the token is of a kind that has none. */
    public static @Nullable String data(@Nullable BsonDocument token) {
        BsonValue data = token == null ? null : token.get("_data");
        return data != null && data.isString() ? data.asString().getValue() : null;
    }

    /** The cluster time of the token; null if it cannot be read. */
    public static @Nullable BsonTimestamp time(@Nullable BsonDocument token) {
        String data = data(token);
        if (data == null || data.length() < TIME_TO || !data.startsWith("82")) {
            return null;
        }
        long time = 0;
        for (int i = TIME_FROM; i < TIME_TO; i++) {
            int digit = Character.digit(data.charAt(i), 16);
            if (digit < 0) {
                return null;
            }
            time = time << 4 | digit;
        }
        return new BsonTimestamp(time);
    }

    /**
     * The identity of the collection in a token's {@code _data}; null if it is not where it was seen. After the time
     * come small numbers (version, kind, place in a transaction) and a boolean, each with a type byte, then the
     * identity as binary data of 16 bytes and subtype 4: seen so in the tokens of 6.0, and how the server encodes
     * values that are to be compared as bytes.
     *
     * @param from where the hexadecimal digits begin
     * @param to where they end, exclusively
     */
    static @Nullable UUID uuidInData(byte[] digits, int from, int to) {
        int at = from + TIME_TO;
        while (at + 2 <= to) {
            int type = octet(digits, at);
            if (type == BINARY_TYPE) {
                boolean isUuid = at + 38 <= to && octet(digits, at + 2) == 16 && octet(digits, at + 4) == 4;
                return isUuid ? new UUID(digits(digits, at + 6), digits(digits, at + 22)) : null;
            }
            boolean number = type >= NUMBER_ZERO && type <= LARGEST_NUMBER;
            if (!number && type != FALSE && type != TRUE) {
                return null;
            }
            at += 2 + (number ? 2 * Math.max(0, type - NUMBER_ZERO - 1) : 0);
        }
        return null;
    }

    /** Whether it is the token of a change of a collection, and so the oplog has an entry of its time. */
    public static boolean isOfChange(@Nullable BsonDocument token) {
        String data = data(token);
        return data != null
                && time(token) != null
                && uuidInData(data.getBytes(StandardCharsets.ISO_8859_1), 0, data.length()) != null;
    }

    /** The identity in binary data of 16 bytes. */
    static UUID uuid(byte[] bytes, int at) {
        return new UUID(
                Long.reverseBytes(ElementReader.int64(bytes, at)),
                Long.reverseBytes(ElementReader.int64(bytes, at + 8)));
    }

    private static int octet(byte[] digits, int at) {
        return Character.digit(digits[at], 16) << 4 | Character.digit(digits[at + 1], 16);
    }

    private static long digits(byte[] digits, int at) {
        long value = 0;
        for (int i = at; i < at + 16; i++) {
            value = value << 4 | Character.digit(digits[i], 16);
        }
        return value;
    }

    /** The position of that token, at time 0 if it cannot be read. */
    static Position position(BsonDocument token, String fingerprint) {
        BsonTimestamp time = time(token);
        return new Position(token, time == null ? UNKNOWN : time, fingerprint);
    }

    /** Whether the one sorts behind the other. */
    static boolean isAfter(BsonDocument token, BsonDocument other) {
        return Watermark.of(position(other, "")).isBefore(token);
    }
}
