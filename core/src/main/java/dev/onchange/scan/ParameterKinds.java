package dev.onchange.scan;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;

/** Which class of parameter receives what. */
final class ParameterKinds {

    private static final Map<String, Parameter.Role> BY_NAME = Map.of(
            ChangeEvent.class.getName(), Parameter.Role.EVENT,
            ChangeStreamDocument.class.getName(), Parameter.Role.DRIVER_DOCUMENT,
            UpdateDescription.class.getName(), Parameter.Role.UPDATE_DESCRIPTION,
            ClientSession.class.getName(), Parameter.Role.SESSION,
            Attempt.class.getName(), Parameter.Role.ATTEMPT);

    /** Documents among the classes of the driver and of BSON. */
    private static final Set<String> DRIVER_DOCUMENTS = Set.of(
            "org.bson.Document", "org.bson.json.JsonObject", "com.mongodb.DBObject", "com.mongodb.BasicDBObject");

    /** Their other classes are not documents. */
    private static final List<String> DRIVER_PACKAGES =
            List.of("org.bson.", "com.mongodb.", "reactor.", "org.reactivestreams.");

    private ParameterKinds() {}

    /** What a parameter of this class receives; empty if nothing supplies it. */
    static Optional<Parameter.Role> of(Class<?> type) {
        Parameter.Role role = BY_NAME.get(type.getName());
        if (role != null) {
            return Optional.of(role);
        }
        return isDocument(type) ? Optional.of(Parameter.Role.PAYLOAD) : Optional.empty();
    }

    /** The legal classes, for suggestions: a class of the same simple name from another package is a usual mistake. */
    static Optional<String> namesake(Class<?> type) {
        return BY_NAME.keySet().stream()
                .filter(name -> name.endsWith("." + type.getSimpleName()))
                .findFirst();
    }

    private static boolean isDocument(Class<?> type) {
        if (Map.class.isAssignableFrom(type)
                || BsonDocument.class.isAssignableFrom(type)
                || DRIVER_DOCUMENTS.contains(type.getName())) {
            return true;
        }
        return !type.isPrimitive()
                && !type.isArray()
                && !type.isEnum()
                && !type.isAnnotation()
                && !isOfJdk(type)
                && DRIVER_PACKAGES.stream().noneMatch(type.getName()::startsWith);
    }

    private static boolean isOfJdk(Class<?> type) {
        String module = type.getModule().getName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }
}
