package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Builds documents and arrays out of values. */
final class Building {

    private Building() {}

    static Value array(List<Value> values) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < values.size(); i++) {
            Value value = values.get(i);
            element(body, Integer.toString(i), value.is(Types.MISSING) ? Value.NULL : value);
        }
        return whole(body, Types.ARRAY);
    }

    /** A field without a value is left out. */
    static Value document(Map<String, Value> fields) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        fields.forEach((name, value) -> {
            if (!value.is(Types.MISSING)) {
                element(body, name, value);
            }
        });
        return whole(body, Types.OBJECT);
    }

    private static void element(ByteArrayOutputStream body, String name, Value value) {
        body.write(value.type());
        body.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        body.write(0);
        body.write(value.bytes(), value.at(), Raw.size(value.bytes(), value.type(), value.at()));
    }

    private static Value whole(ByteArrayOutputStream body, int type) {
        byte[] bytes = Value.buffer(body.size() + 5)
                .putInt(body.size() + 5)
                .put(body.toByteArray())
                .put((byte) 0)
                .array();
        return new Value(bytes, type, 0);
    }
}
