package dev.onchange.engine.decode;

import com.mongodb.client.model.changestream.TruncatedArray;
import com.mongodb.client.model.changestream.UpdateDescription;
import java.util.List;
import org.bson.BsonDocument;

/** From an event's {@code updateDescription} to the driver's type. */
final class UpdateDescriptions {

    private UpdateDescriptions() {}

    static UpdateDescription of(Fields fields) {
        return new UpdateDescription(
                fields.strings("removedFields"),
                fields.document("updatedFields"),
                truncatedArrays(fields.documents("truncatedArrays")),
                fields.document("disambiguatedPaths"));
    }

    private static List<TruncatedArray> truncatedArrays(List<BsonDocument> arrays) {
        return arrays.stream()
                .filter(array -> array.isString("field") && array.isNumber("newSize"))
                .map(array -> new TruncatedArray(
                        array.getString("field").getValue(),
                        array.getNumber("newSize").intValue()))
                .toList();
    }
}
