package dev.onchange.engine.message;

import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts of all problems of a declaration, shared by the annotation processor and the start of
 * the listeners. {@code %1$s} and so on stand for what {@link #at} is given.
 */
public enum Message {
    UNKNOWN_OPERATION(
            ProblemCode.UNKNOWN_OPERATION,
            "The server has no operation \"%1$s\".%2$s",
            "Use %3$s; an operation that is newer than this library can be asked for in match, by operationType."),
    EXPANDED_OPERATION(
            ProblemCode.ATTRIBUTE_WITHOUT_EFFECT,
            "The server reports \"%1$s\" only on a change stream with expanded events, so this would never be called"
                    + " for it.",
            "Add expandedEvents = true (server 6.0 and later), or remove the operation."),
    OPERATION_OUT_OF_SCOPE(
            ProblemCode.ATTRIBUTE_WITHOUT_EFFECT,
            "A change stream over %2$s never reports \"%1$s\", so this would never be called for it.",
            "Remove the operation, or widen or narrow the scope: %3$s."),

    UNKNOWN_PLACEHOLDER(
            ProblemCode.UNKNOWN_PLACEHOLDER,
            "The placeholder ${%1$s} has no value and no default.",
            "Give it a value, as the system property %1$s or the environment variable %2$s unless other sources were"
                    + " configured, or write a default: ${%1$s:…}."),
    EMPTY_PLACEHOLDER(
            ProblemCode.UNKNOWN_PLACEHOLDER,
            "The value of the placeholder ${%1$s} is empty, as if nothing were written here.",
            "Give it a value, or write ${%1$s:} if nothing is right too."),
    SEVERAL_VALUES(
            ProblemCode.UNKNOWN_PLACEHOLDER,
            "The placeholder ${%1$s} stands outside quotes, but its value is not one value in JSON.",
            "Put it in quotes, between which any text stays what it is, or give it one value, as 5, true or {$lt: 5}."),
    FAILED_PLACEHOLDER(
            ProblemCode.UNKNOWN_PLACEHOLDER,
            "The placeholder ${%1$s} could not be looked up: %2$s.",
            "Correct its value where it comes from."),
    MALFORMED_PLACEHOLDER(
            ProblemCode.UNKNOWN_PLACEHOLDER,
            "\"%1$s\" holds a placeholder that %2$s.",
            "Write ${name} or ${name:default}; a literal ${ is written as \\${."),

    BLANK_ID(
            ProblemCode.INVALID_ATTRIBUTE,
            "The id is blank, but a handler's position is kept under it.",
            "Write a name, or leave the attribute out for the default."),
    CONTROL_IN_ID(
            ProblemCode.INVALID_ATTRIBUTE,
            "The id holds the control character %1$s, which a line of a log or a command cannot show.",
            "Write a name of characters that can be read."),
    REPEATED_WITHOUT_ID(
            ProblemCode.DUPLICATE_ID,
            "The method has %1$s @OnChange annotations, and %2$s of them have no id; each keeps a position of its own,"
                    + " and the default id is the same for all.",
            "Give all but one an id of its own that stays the same when the annotations are reordered."),
    ANONYMOUS_WITHOUT_ID(
            ProblemCode.INVALID_ATTRIBUTE,
            "The class has no name, and what the compiler calls it changes with the code around it, so the handler"
                    + " would lose its position or take another's.",
            "Add @OnChange(id = …), or give the class a name."),
    DUPLICATE_FUNCTION_ID(
            ProblemCode.DUPLICATE_ID,
            "The id \"%1$s\" belongs to %2$s handlers (%3$s), which would overwrite each other's position; without an"
                    + " id it follows from what is watched.",
            "Give each an id of its own with .id(\"…\")."),
    DUPLICATE_ID(
            ProblemCode.DUPLICATE_ID,
            "The id \"%1$s\" belongs to %2$s handlers (%3$s), which would overwrite each other's position.",
            "Give each an id of its own with @OnChange(id = …)."),

    MISSING_DATABASE(
            ProblemCode.MISSING_DATABASE,
            "Neither the annotation nor the listeners name a database.",
            "Add database = \"…\" here or call database(\"…\") on the builder; to watch all databases, add scope ="
                    + " Scope.DEPLOYMENT."),
    DEPLOYMENT_WITH_NAMES(
            ProblemCode.CONTRADICTORY_SCOPE,
            "The scope is the whole deployment, but %1$s \"%2$s\" is named.",
            "Remove the %1$s and test ns.db or ns.coll in match, or remove the scope."),
    DATABASE_WITH_COLLECTION(
            ProblemCode.CONTRADICTORY_SCOPE,
            "The scope is the whole database, but the collection \"%1$s\" is named.",
            "Remove the scope to watch the collection, or the collection to watch the database."),
    COLLECTION_WITHOUT_NAME(
            ProblemCode.CONTRADICTORY_SCOPE,
            "The scope is one collection, but none is named.",
            "Add collection = \"…\", or remove the scope to watch the database."),
    INTERNAL_DATABASE(
            ProblemCode.UNWATCHABLE_NAMESPACE,
            "The server opens no change stream on its internal database \"%1$s\".",
            "Watch a database of your own."),
    SYSTEM_COLLECTION(
            ProblemCode.UNWATCHABLE_NAMESPACE,
            "The server opens no change stream on the internal collection \"%1$s\".",
            "Watch a collection of your own."),
    INVALID_NAME(
            ProblemCode.UNWATCHABLE_NAMESPACE,
            "No %1$s can be called \"%2$s\": the name %3$s.",
            "Write the name of the %1$s as the server knows it."),

    CONCURRENCY_BELOW_ONE(
            ProblemCode.INVALID_ATTRIBUTE,
            "concurrency is %1$s, so the handler could never work on a change.",
            "Use 1, or more to work on several changes at a time."),
    CONCURRENCY_WITHOUT_LANES(
            ProblemCode.ATTRIBUTE_WITHOUT_EFFECT,
            "concurrency is %1$s, but with ordering STREAM changes are handled one after the other.",
            "Remove the concurrency, or use ordering BY_KEY, which keeps the order per document."),
    PARTITIONS_NO_POWER_OF_TWO(
            ProblemCode.INVALID_ATTRIBUTE,
            "partitions is %1$s, but it must be a power of two up to 256, so that they can be halved and doubled"
                    + " later.",
            "Use 1, 2, 4, 8, 16, 32, 64, 128 or 256."),
    PARTITIONS_IN_STREAM_ORDER(
            ProblemCode.CONTRADICTORY_SHARING,
            "partitions is %1$s, but with ordering STREAM all changes are handled one after the other, and partitions"
                    + " have no order among each other.",
            "Remove the partitions, or use ordering BY_KEY, which keeps the order per document."),
    SNAPSHOT_NOT_WANTED(
            ProblemCode.SNAPSHOT_IMPOSSIBLE,
            "With startFrom SNAPSHOT the documents that exist come first, as operation \"snapshot\", but only %1$s is"
                    + " wanted.",
            "Add \"snapshot\" to operation, or begin with NOW or EARLIEST."),
    SNAPSHOT_WITH_PIPELINE(
            ProblemCode.SNAPSHOT_IMPOSSIBLE,
            "A pipeline of a handler's own is applied by the server to changes, so that documents that are read first"
                    + " would come in another shape.",
            "Use match instead of pipeline, or begin with NOW or EARLIEST."),
    SNAPSHOT_OF_DEPLOYMENT(
            ProblemCode.SNAPSHOT_IMPOSSIBLE,
            "The documents of a whole deployment are not read, as they are of databases that others keep for"
                    + " themselves too.",
            "Name a database or a collection, or begin with NOW or EARLIEST."),
    PARTITIONS_IN_BROADCAST(
            ProblemCode.CONTRADICTORY_SHARING,
            "partitions is %1$s, but with sharing BROADCAST each instance gets each change, so that there is nothing"
                    + " to divide.",
            "Remove the partitions, or the sharing."),
    DEAD_LETTERS_IN_BROADCAST(
            ProblemCode.CONTRADICTORY_SHARING,
            "With sharing BROADCAST a change fails in one instance and not in another, and its dead letter would hold"
                    + " back the document's changes in all.",
            "Write exhausted = Exhausted.SKIP or Exhausted.STOP, or remove the sharing."),
    TRANSACTION_IN_BROADCAST(
            ProblemCode.CONTRADICTORY_SHARING,
            "A transaction lets each change take effect once, but with sharing BROADCAST each instance gets each"
                    + " change.",
            "Remove the sharing, or handle the change without a transaction."),
    ID_OF_PARTITION(
            ProblemCode.INVALID_ATTRIBUTE,
            "The id \"%1$s\" ends as the ids of partitions do, under which positions are kept.",
            "Write another id, without \"|\" and two numbers at its end."),
    ATTEMPTS_BELOW_ONE(
            ProblemCode.INVALID_ATTRIBUTE,
            "attempts is %1$s, but it counts the first call too.",
            "Use 1 to call once, or more to try again."),
    MULTIPLIER_BELOW_ONE(
            ProblemCode.INVALID_ATTRIBUTE,
            "multiplier is %1$s, so waits would shrink instead of growing.",
            "Use 1 for waits of equal length, or more."),
    JITTER_OUT_OF_RANGE(
            ProblemCode.INVALID_ATTRIBUTE,
            "jitter is %1$s, but it is a share of the wait.",
            "Use a number from 0 to 1."),
    NO_BOOLEAN(
            ProblemCode.INVALID_ATTRIBUTE,
            "\"%1$s\" is neither true nor false.",
            "Write true or false, or a placeholder whose value is one of them."),
    INVALID_COLLATION(
            ProblemCode.INVALID_ATTRIBUTE,
            "The collation is not valid: %1$s.",
            "Write a document, for example {locale: 'en', strength: 2}."),
    SWITCHED_OFF(
            ProblemCode.HANDLER_SWITCHED_OFF,
            "enabled is false, so the handler takes part in nothing; a position that it has is kept.",
            "Set enabled to true where it is to be called."),
    INVALID_DURATION(
            ProblemCode.INVALID_ATTRIBUTE,
            "\"%1$s\" is not a duration: %2$s.",
            "Write for example 100ms, 2s, 5m, 1h, or in ISO-8601 form PT1.5S."),
    BACKOFF_ABOVE_MAXIMUM(
            ProblemCode.INVALID_ATTRIBUTE,
            "The first wait, %1$s, is longer than the longest, %2$s, so it would never be waited.",
            "Raise maxBackoff or lower backoff."),
    RETRY_WITHOUT_ATTEMPTS(
            ProblemCode.ATTRIBUTE_WITHOUT_EFFECT,
            "attempts is 1, so nothing is tried again and %1$s has no effect.",
            "Raise attempts, or remove %1$s."),
    EXCEPTION_WITH_TWO_ANSWERS(
            ProblemCode.INVALID_ATTRIBUTE,
            "%1$s stands in both %2$s and %3$s, so what follows from it is not said.",
            "Remove it from one of them; it also covers its subclasses unless they are named themselves."),

    SESSION_WITHOUT_TRANSACTION(
            ProblemCode.TRANSACTION_MISMATCH,
            "The method takes a ClientSession, but sessions exist only in transactions.",
            "Add transactional = true, or remove the parameter."),
    TRANSACTION_WITHOUT_SESSION(
            ProblemCode.TRANSACTION_MISMATCH,
            "The method takes no ClientSession, so nothing that it writes would be part of the transaction.",
            "Add a parameter of type com.mongodb.reactivestreams.client.ClientSession and pass it to every write, or"
                    + " remove transactional."),
    LIST_WITHOUT_BATCH(
            ProblemCode.BATCH_MISMATCH,
            "The method takes a List, but gets one change in each call.",
            "Add batch = @Batch, or take a ChangeEvent<T> or the document itself."),
    BATCH_WITHOUT_LIST(
            ProblemCode.BATCH_MISMATCH,
            "The method gets many changes in a call, but takes no List of them.",
            "Take a List<ChangeEvent<T>>, a List<ChangeStreamDocument<T>> or a List<T>, or remove batch."),
    ONE_CHANGE_OF_BATCH(
            ProblemCode.BATCH_MISMATCH,
            "The method gets many changes in a call, but one of its parameters shows a single one.",
            "Remove the parameter, and look at the elements of the List: a ChangeEvent<T> has the document, its key"
                    + " and the update description."),
    BATCH_SIZE(
            ProblemCode.INVALID_ATTRIBUTE,
            "A batch of %1$s changes cannot be: no more than %2$s are in memory at a time.",
            "Use a size from 1 to %2$s."),
    WAIT_TOO_LONG(
            ProblemCode.INVALID_ATTRIBUTE,
            "%1$s is too long: meanwhile changes are held in memory, and the position waits.",
            "Use at most %2$sm."),
    QUIET_WITHOUT_COALESCE(
            ProblemCode.ATTRIBUTE_WITHOUT_EFFECT,
            "quiet says how long the newest change of a document waits, but every change is wanted.",
            "Add coalesce = Coalesce.LATEST, or remove quiet."),
    COALESCE_WITHOUT_KEYS(
            ProblemCode.COALESCING_MISMATCH,
            "The newest change of a document is to take the place of older ones, but the ordering %1$s knows no order"
                    + " per document alone.",
            "Use ordering BY_KEY, or remove coalesce."),
    COALESCE_IN_TRANSACTION(
            ProblemCode.COALESCING_MISMATCH,
            "A transactional handler settles each change exactly once, but a change whose place another takes never"
                    + " reaches it, and would after a restart be handled behind the newer one.",
            "Remove transactional, and write the newest state so that writing it twice does no harm, or remove"
                    + " coalesce."),
    COALESCE_LOSES(
            ProblemCode.COALESCING_MISMATCH,
            "The method takes the document, but an update carries none unless it is looked up, and could take the"
                    + " place of an insert that has it.",
            "Add fullDocument = FullDocument.UPDATE_LOOKUP."),
    NO_UPDATE_DESCRIPTION(
            ProblemCode.NEVER_PRESENT,
            "The method takes an UpdateDescription, which only \"update\" has, but operation lists %1$s.",
            "Add \"update\" to operation, or remove the parameter."),
    NO_DOCUMENT(
            ProblemCode.NEVER_PRESENT,
            "The method takes the document, which only \"insert\", \"update\" and \"replace\" have, but operation"
                    + " lists %1$s.",
            "Take a ChangeEvent<T> instead: documentKey() and, with fullDocumentBeforeChange, the document before the"
                    + " change are there."),
    NO_LOOKUP(
            ProblemCode.NEVER_PRESENT,
            "The method takes the document, but updates carry none unless it is looked up.",
            "Add fullDocument = FullDocument.UPDATE_LOOKUP."),
    FULL_DOCUMENT_WITHOUT_UPDATE(
            ProblemCode.ATTRIBUTE_WITHOUT_EFFECT,
            "fullDocument = %1$s concerns only \"update\", but operation lists %2$s.",
            "Remove fullDocument, or add \"update\" to operation."),
    BEFORE_IMAGE_WITHOUT_CHANGE(
            ProblemCode.ATTRIBUTE_WITHOUT_EFFECT,
            "fullDocumentBeforeChange = %1$s concerns only \"update\", \"replace\" and \"delete\", but operation lists"
                    + " %2$s.",
            "Remove fullDocumentBeforeChange, or add one of these operations."),

    DOCUMENT_NOT_LOOKED_UP(
            ProblemCode.NEVER_MATCHES,
            "The filter tests fullDocument, which updates have only if it is looked up, so %1$s.",
            "Add fullDocument = FullDocument.UPDATE_LOOKUP, or test updateDescription.updatedFields, where an update"
                    + " has what it sets."),
    DOCUMENT_NOT_THERE(
            ProblemCode.NEVER_MATCHES,
            "The filter tests fullDocument, which %1$s never has, so %2$s.",
            "Test documentKey, or ask for fullDocumentBeforeChange and test that."),
    BEFORE_IMAGE_NOT_ASKED(
            ProblemCode.NEVER_MATCHES,
            "The filter tests fullDocumentBeforeChange, which is not asked for, so %1$s.",
            "Add fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE (server 6.0 and later, for a"
                    + " collection that keeps pre-images)."),
    BEFORE_IMAGE_NOT_THERE(
            ProblemCode.NEVER_MATCHES,
            "The filter tests fullDocumentBeforeChange, which %1$s never has, so %2$s.",
            "Remove the condition, or the operation."),
    UPDATE_DESCRIPTION_NOT_THERE(
            ProblemCode.NEVER_MATCHES,
            "The filter tests updateDescription, which %1$s never has, so %2$s.",
            "Test fullDocument, or ask for \"update\" alone."),
    OTHER_OPERATION_TYPE(
            ProblemCode.NEVER_MATCHES,
            "The filter asks for another operationType than %1$s, so %2$s.",
            "Name the operations in one place: in operation, or in match."),
    OTHER_NAMESPACE(
            ProblemCode.NEVER_MATCHES,
            "The filter asks for another namespace than %1$s, which is watched, so %2$s.",
            "Remove the condition, or widen the scope."),
    NO_EVENT_MATCHES(
            ProblemCode.NEVER_MATCHES,
            "No event of %1$s can satisfy the filter, so %2$s.",
            "See which of the fields that it tests such events have."),
    VALUE_OF_OTHER_TYPE(
            ProblemCode.VALUE_OF_OTHER_TYPE,
            "%1$s is compared with %2$s, but it is %3$s, and values of different types are never equal.",
            "Write a value of the field's type."),
    ARRAY_IN_EXPRESSION(
            ProblemCode.VALUE_OF_OTHER_TYPE,
            "%1$s is an array, which $expr compares as a whole, and here with %2$s.",
            "Write { '%1$s': … } outside of $expr, which each element may meet, or { $in: [ …, '$%1$s' ] } within."),
    NO_ARRAY(
            ProblemCode.VALUE_OF_OTHER_TYPE,
            "%1$s is %2$s, and %3$s is met by arrays alone.",
            "Remove %3$s, or correct the path."),
    FRACTION_FOR_WHOLE_NUMBER(
            ProblemCode.VALUE_OF_OTHER_TYPE,
            "%1$s is compared with %2$s, but documents have whole numbers there, and none of these equals it.",
            "Write a whole number, or compare with $gt, $gte, $lt or $lte."),
    UNKNOWN_CONSTANT(
            ProblemCode.VALUE_OF_OTHER_TYPE,
            "%1$s is compared with \"%2$s\", but documents have one of these there: %3$s.%4$s",
            "Write the name of one of the enum's constants. If documents have others, it is right;"
                    + " @SuppressWarnings(\"onchange\") on the method tells the compiler."),
    EMPTY_LIST(
            ProblemCode.NEVER_MATCHES,
            "%1$s is compared with an empty list: %2$s of no value is never met.",
            "Name the values, or leave the condition out."),
    CONTRADICTORY_BOUNDS(
            ProblemCode.NEVER_MATCHES,
            "%1$s has one value, and none meets both %2$s and %3$s.",
            "Correct one of the two; if either will do, write $or."),
    OPERATOR_IN_VALUE(
            ProblemCode.NEVER_MATCHES,
            "%1$s is compared with a document that has an operator within: it would have to be stored as it stands.",
            "Write the whole path before the operator, as in { '%1$s.%2$s': { … } }."),
    DOCUMENT_WITHOUT_ID(
            ProblemCode.NEVER_MATCHES,
            "%1$s is compared with a whole document that has no _id, but every document has one.",
            "Write the whole path, as in { '%1$s.%2$s': … }."),
    OPERATOR_WITHOUT_DOLLAR(
            ProblemCode.NEVER_MATCHES,
            "%1$s is compared with a document that has a field \"%2$s\": it would have to be stored as it stands.",
            "If the operator is meant, write $%2$s. If documents have such a field, it is right;"
                    + " @SuppressWarnings(\"onchange\") on the method tells the compiler."),
    ID_OF_EVENT(
            ProblemCode.NEVER_MATCHES,
            "_id is compared with %1$s, but the _id of an event is its resume token.",
            "Write documentKey._id for the _id of the document."),
    OPERATION_NEVER_COMES(
            ProblemCode.NEVER_MATCHES,
            "operationType is compared with \"%1$s\", which %2$s.%3$s",
            "Correct the name, or leave it out; operations are named in one place, in operation or in match."),
    SLASHES_OF_PATTERN(
            ProblemCode.VALUE_OF_OTHER_TYPE,
            "%1$s is compared with \"%2$s\", in which the slashes stand for themselves.",
            "For a regular expression write { $regex: '…', $options: '…' }, without slashes."),
    NESTED_UPDATE_PATH(
            ProblemCode.NESTED_UPDATE_PATH,
            "No path reaches a nested change: $set of {'%2$s': …} is reported under that one key with dots, so %1$s"
                    + " sees only updates that set the whole outer document.",
            "Test the key with {$expr: … {$getField: {field: '%2$s', input: '$updateDescription.updatedFields'}}}, or"
                    + " test fullDocument. If the outer document is always set, it is right;"
                    + " @SuppressWarnings(\"onchange\") on the method tells the compiler."),
    WILDCARD_IN_NAME(
            ProblemCode.UNUSUAL_NAME,
            "The name of the collection, \"%1$s\", has a *, which stands for itself.",
            "To watch several collections, leave collection out, and choose them in match by ns.coll."),
    SPACE_AROUND_NAME(
            ProblemCode.UNUSUAL_NAME,
            "The name of the %1$s, \"%2$s\", begins or ends with a space, which counts.",
            "Remove the space, unless the %1$s is really called so."),
    DATABASE_IN_COLLECTION(
            ProblemCode.UNUSUAL_NAME,
            "The collection is called \"%1$s\", with the database's name in front: this is %2$s.%1$s.",
            "Write \"%3$s\", unless the collection is really called so; the database is named by itself."),
    NO_SUCH_COLLECTION(
            ProblemCode.NO_SUCH_COLLECTION,
            "There is no collection %1$s yet, so nothing comes until it is created.%2$s",
            "Check the names of database and collection."),
    PAYLOAD_OF_MANY_COLLECTIONS(
            ProblemCode.PAYLOAD_OF_MANY_COLLECTIONS,
            "No collection is named, so documents of all collections are decoded to %1$s.",
            "Name the collection, or test ns.coll in match; take Document if all are meant."),

    FORGOTTEN_ANNOTATION(
            ProblemCode.HANDLER_NOT_INVOCABLE,
            "The annotation carries @OnChange but is not kept at run time, so no method that has it would ever be"
                    + " called.",
            "Add @Retention(RetentionPolicy.RUNTIME) to it."),
    PRIVATE_METHOD(
            ProblemCode.HANDLER_NOT_INVOCABLE,
            "The method is private, so neither a generated call nor a container's proxy can reach it.",
            "Remove private; package-private is enough."),
    STATIC_METHOD(
            ProblemCode.HANDLER_NOT_INVOCABLE,
            "The method is static, but a handler is called on an object.",
            "Remove static; in Kotlin, move a top-level function into a class or object, and leave out @JvmStatic."),
    CLOSED_MODULE(
            ProblemCode.HANDLER_NOT_INVOCABLE,
            "The method may not be called from outside its module %1$s.",
            "Add \"opens %2$s to dev.onchange;\" to the module's module-info, or make class and method public and"
                    + " export the package."),
    FINAL_BEHIND_PROXY(
            ProblemCode.HANDLER_NOT_INVOCABLE,
            "The method is final and the object is a proxy (%1$s), which cannot pass on a call of it.",
            "Remove final."),
    HIDDEN_FROM_PROXY(
            ProblemCode.HANDLER_NOT_INVOCABLE,
            "The method is package-private and the object is a proxy (%1$s) of another package or class loader, which"
                    + " cannot pass on a call of it: neither its object nor its interceptors would be reached.",
            "Make the method public or protected."),
    NOT_ON_PROXY(
            ProblemCode.HANDLER_NOT_INVOCABLE,
            "The object is a proxy (%1$s) that has no such method.",
            "Declare the method in one of the interfaces of the proxy, or have the container make proxies of the class"
                    + " itself."),
    UNSUPPLIED_PARAMETER(
            ProblemCode.UNSUPPLIED_PARAMETER,
            "Nothing supplies the type %1$s.%2$s",
            "Use, in any order: ChangeEvent<T>, the driver's ChangeStreamDocument<T>, the document T itself (a class"
                    + " or record that the codecs decode, Document, BsonDocument, RawBsonDocument or a Map),"
                    + " com.mongodb.client.model.changestream.UpdateDescription, its OperationType,"
                    + " com.mongodb.MongoNamespace, org.bson.BsonTimestamp (the cluster time), dev.onchange.ResumeToken,"
                    + " with batch = @Batch a List of one of the first three, dev.onchange.Attempt and, with transactional"
                    + " = true, com.mongodb.reactivestreams.client.ClientSession."),
    RETURN_NOT_AWAITED(
            ProblemCode.RETURN_NOT_AWAITED,
            "What is returned is a %1$s, for which nobody would wait: the change would count as settled, and what"
                    + " fails later would be lost.",
            "Return void, a Publisher (Mono, Flux), a Flow.Publisher, a CompletionStage, a Uni of Mutiny, or a plain"
                    + " value, which is ignored."),
    ASYNCHRONOUS_METHOD(
            ProblemCode.RETURN_NOT_AWAITED,
            "@%1$s lets the method go on after it has returned, and nobody would wait for that: the change would count"
                    + " as settled, and what fails later would be lost.",
            "Remove it, as handlers have threads of their own and concurrency says how many changes are handled at a"
                    + " time, or return a CompletionStage."),
    PAYLOAD_WITHOUT_USE(
            ProblemCode.ATTRIBUTE_WITHOUT_EFFECT,
            "A payload type is named, but no parameter of the method shows a document.",
            "Remove payload, or take a ChangeEvent<T>, a ChangeStreamDocument<T> or the document itself."),
    UNKNOWN_FIELD(
            ProblemCode.UNKNOWN_FIELD,
            "%1$s: documents are decoded to %2$s, which has no field \"%3$s\".%4$s",
            "Correct the path. If documents have fields that the class leaves out, it is right;"
                    + " @SuppressWarnings(\"onchange\") on the method tells the compiler."),
    UNKNOWN_EVENT_FIELD(
            ProblemCode.UNKNOWN_FIELD,
            "%1$s: change events have no field \"%2$s\", so this would hardly ever be met.%3$s",
            "Write what the document has as fullDocument.…. If your server's events have this field, it is right;"
                    + " @SuppressWarnings(\"onchange\") on the method tells the compiler."),
    SECOND_PAYLOAD(
            ProblemCode.UNSUPPLIED_PARAMETER,
            "The method takes the document already in parameter %1$s, and this one would be the same object.",
            "Remove one; a ChangeEvent<T> has the document before the change too."),
    CONTRADICTORY_PAYLOAD(
            ProblemCode.CONTRADICTORY_PAYLOAD,
            "%1$s asks for documents of type %2$s, but %3$s for %4$s.",
            "Use one payload type in all of them."),

    UNDECODABLE_PAYLOAD(
            ProblemCode.UNDECODABLE_PAYLOAD,
            "Documents cannot be decoded to %1$s: %2$s.",
            "Use a record, a class with a constructor without parameters, Document, BsonDocument, RawBsonDocument or a"
                    + " Map, or give the client a codec for the type."),
    UNDECODABLE_KOTLIN(
            ProblemCode.UNDECODABLE_PAYLOAD,
            "Documents cannot be decoded to the Kotlin class %1$s: %2$s.",
            "Make it a data class and add org.mongodb:bson-kotlin in the version of the driver's other jars, or"
                    + " bson-kotlinx for @Serializable ones; or give the client a codec for the type."),
    MAPPED_BY_SPRING_DATA(
            ProblemCode.UNDECODABLE_PAYLOAD,
            "%1$s is mapped by Spring Data (%2$s), whose annotations the driver's codecs do not know: fields would be"
                    + " missing.",
            "In Spring Boot let the context have a MongoConverter, as with spring-boot-data-mongodb, and leave"
                    + " onchange.payloads=spring-data, or name one of several converters by @PayloadMapping; elsewhere"
                    + " give the builder payloadCodecs(new SpringDataCodecs(converter)). Or use the annotations of"
                    + " org.bson.codecs.pojo.annotations instead."),
    TOKEN_IN_ID(
            ProblemCode.UNDECODABLE_PAYLOAD,
            "The pipeline leaves no fullDocument, so the payload is the whole event, whose _id is the resume token, a"
                    + " document; but the _id of %1$s is of another type (%2$s).",
            "Make it a BsonDocument or Document, or remove it; the changed document's own _id can be had under another"
                    + " name, as in {$project: {itemId: \"$fullDocument._id\"}}."),

    OVERRIDE_OF_OTHER_TYPE(
            ProblemCode.INVALID_ATTRIBUTE,
            "@%1$s.%2$s() is named as the attribute of @OnChange, but its type is %3$s instead of %4$s, so it cannot"
                    + " set it.",
            "Change its type, or give it another name."),
    UNREADABLE_CLASS(
            ProblemCode.CLASS_NOT_READABLE,
            "The class cannot be loaded or read: %1$s.",
            "Put what it needs on the class path, or move the class out of the scanned packages."),
    NO_HANDLERS_IN_PACKAGE(
            ProblemCode.NO_HANDLERS,
            "No method with @OnChange was found in this package or below it (%1$s classes there).",
            "Check the package's name and that its classes are on the class path, or remove it from scan(…)."),
    NO_HANDLERS_IN_CLASS(
            ProblemCode.NO_HANDLERS,
            "The class has no method with @OnChange, and none that it inherits or implements has one.",
            "Annotate a method, or do not hand this class over."),
    INVALID_PACKAGE(
            ProblemCode.NO_HANDLERS,
            "\"%1$s\" is not the name of a package.",
            "Write it as in a package declaration, for example com.acme.shop; the packages below it are included."),

    NOTHING_HANDED_OVER(
            ProblemCode.NO_HANDLERS,
            "null was handed over in place of an object with handlers.",
            "Hand over the object, or its class."),
    NOTHING_HANDLES(
            ProblemCode.NO_HANDLERS,
            "It is declared, but handle(…) does not follow, so nothing is called.",
            "End it with handle(…), handleAsync(…) or handleInTransaction(…), or remove it."),
    START_OF_NO_HANDLER(
            ProblemCode.UNKNOWN_HANDLER,
            "A start was asked for the handler \"%1$s\", but there is none of that id yet.%2$s",
            "Correct the id; a handler that comes later under it, as in a plug-in, will begin there."),

    NOT_SUPPLIED(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "No object of this class is supplied: %1$s.",
            "Declare it where your objects are made, or hand an object over with handlers(…)."),
    ABSTRACT_CLASS(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "It is %1$s, so no object of it can be made, and no class that can be was found below it.",
            "Write a class that %2$s it in a scanned package, or hand an object over with handlers(…)."),
    ENUM_CLASS(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "It is an enum, of which only the compiler makes objects.",
            "Hand one of them over with handlers(%1$s.…), or make it a class."),
    INNER_CLASS(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "It is an inner class, of which no object can be made without one of the class around it.",
            "Make it static, or hand an object over with handlers(…)."),
    NO_CONSTRUCTOR(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "It has neither a constructor without parameters nor one with @Inject that is not private.",
            "Add one of them (package-private is enough), or hand an object over with handlers(…)."),
    SEVERAL_CONSTRUCTORS(
            ProblemCode.OBJECT_NOT_SUPPLIED, "%1$s of its constructors have @Inject.", "Leave @Inject on one of them."),
    PRIVATE_CONSTRUCTOR(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "Its constructor with @Inject is private.",
            "Remove private; package-private is enough."),
    CLOSED_CONSTRUCTOR(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "Its constructor may not be called from outside its module %1$s.",
            "Add \"opens %2$s to dev.onchange;\" to the module's module-info."),
    MEMBER_INJECTION(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "%1$s has @Inject, but without a container only constructors are served, so it would never be set or"
                    + " called.",
            "Take it as a parameter of a constructor with @Inject, or use a container."),
    UNKNOWN_QUALIFIER(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "Parameter %1$s of its constructor has the qualifier @%2$s, which only a container understands.",
            "Use @Named, or a container."),
    NOTHING_KNOWN(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "Parameter %1$s of its constructor is a %2$s, and no object of that type was registered.",
            "Register one where the listeners are built, or hand a finished object over with handlers(…)."),
    SEVERAL_KNOWN(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "%1$s is served by several registered objects: %2$s.",
            "Register one of them only, or register them by name and add @Named to the parameter."),
    NOTHING_NAMED(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "Parameter %1$s of its constructor is called \"%2$s\", but no object was registered under that name.%3$s",
            "Register one under that name, or correct @Named."),
    NAMED_OF_OTHER_TYPE(
            ProblemCode.OBJECT_NOT_SUPPLIED,
            "Parameter %1$s of its constructor is a %2$s, but the object registered as \"%3$s\" is a %4$s.",
            "Change the parameter's type or the name."),
    CONSTRUCTOR_FAILED(ProblemCode.OBJECT_NOT_SUPPLIED, "Its constructor failed: %1$s.", "See the cause.");

    private static final Pattern ARGUMENT = Pattern.compile("%([1-9])\\$s");
    private static final Pattern ARGUMENT_AT_END = Pattern.compile("%([1-9])\\$s\\.(?= |$)");
    private static final Pattern FULL_STOP = Pattern.compile("[.\\s]+$");

    private final ProblemCode code;
    private final String what;
    private final String todo;

    Message(ProblemCode code, String what, String todo) {
        this.code = code;
        this.what = what;
        this.todo = todo;
    }

    /** The code of the problem. */
    public ProblemCode code() {
        return code;
    }

    /** How many arguments {@link #at} takes. */
    public int arguments() {
        return ARGUMENT.matcher(what + todo)
                .results()
                .map(MatchResult::group)
                .mapToInt(argument -> Character.digit(argument.charAt(1), 10))
                .max()
                .orElse(0);
    }

    /**
     * The problem at a place.
     *
     * @param where class, method and attribute
     * @param arguments the values of the text's placeholders, as many as {@link #arguments()}
     */
    public Problem at(String where, Object... arguments) {
        if (arguments.length != arguments()) {
            throw new IllegalArgumentException(
                    name() + " takes " + arguments() + " arguments, not " + arguments.length);
        }
        Object[] parts = withoutSecondFullStop(arguments);
        return new Problem(code, where, what.formatted(parts), todo.formatted(arguments));
    }

    /** What others say, as exceptions, may end as the sentence in which it stands. */
    private Object[] withoutSecondFullStop(Object... arguments) {
        Object[] shortened = arguments.clone();
        Matcher end = ARGUMENT_AT_END.matcher(what);
        while (end.find()) {
            int index = Integer.parseInt(end.group(1)) - 1;
            shortened[index] =
                    FULL_STOP.matcher(String.valueOf(shortened[index])).replaceFirst("");
        }
        return shortened;
    }
}
