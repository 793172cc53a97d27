package dev.onchange.engine.scan.rule;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.OperationType;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.ResumeToken;
import dev.onchange.engine.scan.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * The class of a handler's parameter, as far as it decides what the parameter receives.
 *
 * @param name the class's name, with its package
 * @param simpleName the class's name alone
 * @param form what kind of type it is
 * @param element of a {@code List}, what its elements are; null if that is not said, or it is no list
 */
public record ParameterType(
        String name, String simpleName, Form form, @Nullable ParameterType element) {

    /** A type that is no list. */
    public ParameterType(String name, String simpleName, Form form) {
        this(name, simpleName, form, null);
    }

    /** The name of the class that has elements. */
    public static final String LIST = List.class.getName();

    /** Kinds of types. */
    public enum Form {
        /** A map or a {@code BsonDocument}, or a class below one of them. */
        DOCUMENT,
        /** Another class, interface or record of the user's or of a library. */
        CLASS,
        /** A primitive, an array, an enum, an annotation or a class of the JDK. */
        OTHER
    }

    private static final Map<String, Parameter.Role> BY_NAME = Map.of(
            ChangeEvent.class.getName(), Parameter.Role.EVENT,
            ChangeStreamDocument.class.getName(), Parameter.Role.DRIVER_DOCUMENT,
            UpdateDescription.class.getName(), Parameter.Role.UPDATE_DESCRIPTION,
            ClientSession.class.getName(), Parameter.Role.SESSION,
            Attempt.class.getName(), Parameter.Role.ATTEMPT,
            OperationType.class.getName(), Parameter.Role.OPERATION,
            MongoNamespace.class.getName(), Parameter.Role.NAMESPACE,
            BsonTimestamp.class.getName(), Parameter.Role.CLUSTER_TIME,
            ResumeToken.class.getName(), Parameter.Role.RESUME_TOKEN);

    /** Documents among the classes of the driver and of BSON. */
    private static final Set<String> DRIVER_DOCUMENTS = Set.of(
            "org.bson.Document", "org.bson.json.JsonObject", "com.mongodb.DBObject", "com.mongodb.BasicDBObject");

    /** Their other classes are not documents. */
    private static final List<String> DRIVER_PACKAGES =
            List.of("org.bson.", "com.mongodb.", "reactor.", "org.reactivestreams.");

    /** What the parameter receives; empty if nothing supplies it. */
    public Optional<Parameter.Role> role() {
        Parameter.Role role = BY_NAME.get(name);
        if (role != null) {
            return Optional.of(role);
        }
        if (element != null) {
            return element.role().map(Parameter.Role::list);
        }
        return isDocument() ? Optional.of(Parameter.Role.PAYLOAD) : Optional.empty();
    }

    /** A question to add to a refusal: a class of the same simple name from another package is a usual mistake. */
    public String suggestion() {
        return BY_NAME.keySet().stream()
                .filter(legal -> legal.endsWith("." + simpleName))
                .findFirst()
                .map(legal -> " Did you mean " + legal + "?")
                .orElse("");
    }

    private boolean isDocument() {
        return form == Form.DOCUMENT
                || DRIVER_DOCUMENTS.contains(name)
                || (form == Form.CLASS && DRIVER_PACKAGES.stream().noneMatch(name::startsWith));
    }
}
