package dev.onchange;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Calls the annotated method for every change in MongoDB that it describes.
 *
 * <p>The method takes, in any order, what it needs of: {@link ChangeEvent ChangeEvent&lt;T&gt;}, the driver's
 * {@code ChangeStreamDocument<T>}, the payload {@code T} itself (a POJO, a record, {@code Document},
 * {@code BsonDocument}, {@code RawBsonDocument}), {@code UpdateDescription}, the driver's {@code OperationType} and
 * {@code MongoNamespace}, {@code BsonTimestamp} (the cluster time), {@link ResumeToken}, {@link Attempt} and, in a
 * transaction, {@code ClientSession}; with a {@link #batch()} a {@code List} of one of the first three. It returns
 * {@code void}, a {@code Publisher}, a {@code CompletionStage}, or any value, which
 * is ignored. Package-private methods work, private ones are refused.
 *
 * <p>The annotation may be repeated, and used on an annotation of one's own. Every String attribute may hold
 * <code>${placeholders}</code>, which are resolved when the listeners start.
 *
 * <p>Each change reaches the method at least once and, per document, in order. Its position is kept under
 * {@link #id()}, so that after a restart it goes on where it was.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@java.lang.annotation.Repeatable(OnChanges.class)
public @interface OnChange {

    /** The identity under which the position is kept; by default the class name, {@code #}, and the method name. */
    String id() default "";

    /** The database to watch; by default the one given to {@link ChangeListeners}. */
    String database() default "";

    /** The collection to watch; by default all collections of the database. */
    String collection() default "";

    /** What is watched; by default it follows from {@link #database()} and {@link #collection()}. */
    Scope scope() default Scope.AUTO;

    /** The server's names of the operations wanted, for example {@code "insert"}; by default all. */
    String[] operation() default {};

    /**
     * A filter in the MongoDB query language over the change event, for example
     * <code>{ 'updateDescription.updatedFields.qty': { $lt: 10 } }</code>: extended JSON, relaxed as in the shell.
     */
    String match() default "";

    /**
     * Stages that the server applies for this handler alone, each a JSON document, or all in one JSON array; the
     * handler then receives events of the shape they produce. The event's {@code _id} must survive.
     */
    String[] pipeline() default {};

    /** Whether the document after an update is wanted, and how it is obtained. */
    FullDocument fullDocument() default FullDocument.DEFAULT;

    /** Whether the document before the change is wanted; needs server 6.0 and pre-images on the collection. */
    FullDocumentBeforeChange fullDocumentBeforeChange() default FullDocumentBeforeChange.DEFAULT;

    /** Whether the server also reports {@code create}, {@code createIndexes}, {@code modify} and the like (6.0+). */
    boolean expandedEvents() default false;

    /** The payload type; by default it follows from the method's parameters. */
    Class<?> payload() default void.class;

    /** The order in which changes reach the handler. */
    Ordering ordering() default Ordering.BY_KEY;

    /** How many changes the handler may work on at a time. */
    int concurrency() default 1;

    /** Which instances of the application its changes reach, where several run. */
    Sharing sharing() default Sharing.COMPETING;

    /**
     * Into how many parts its documents are divided, so that several instances can work on them at a time: a power of two
     * up to 256. The changes of a document stay in one part; those without a key are in the first.
     */
    int partitions() default 1;

    /**
     * Whether the handler takes part at all; a placeholder as <code>${stock.enabled:true}</code> makes it a switch. While it
     * is off its position stays where it was.
     */
    String enabled() default "true";

    /** Whether the handler is paused at the start, from where {@link ChangeListeners#resume} lets it go on. */
    String paused() default "false";

    /**
     * How long one call may take before it counts as failed, for example {@code 30s}; by default what the listeners say.
     */
    String timeout() default "";

    /** A comment on the stream of this handler, for the server's logs and profiler, beside the stream's own. */
    String comment() default "";

    /**
     * How the server compares strings in {@link #match} and {@link #pipeline}, for example
     * <code>{locale: 'en', strength: 2}</code>; the handler then has a stream of its own.
     */
    String collation() default "";

    /** What happens when the method throws. */
    Retry retry() default @Retry;

    /** What happens when the last attempt has failed. */
    Exhausted exhausted() default Exhausted.DEAD_LETTER;

    /**
     * Decides about each change whose last attempt has failed, in place of {@link #exhausted}; the object comes from where
     * handlers come from. By default what the listeners say.
     */
    Class<? extends Recoverer> recoverer() default Recoverer.class;

    /** Where a handler begins that has no position yet. */
    StartFrom startFrom() default StartFrom.NOW;

    /** Whether what the handler writes through its {@code ClientSession} commits together with its position. */
    boolean transactional() default false;

    /** Lets the method take many changes in one call; by default it takes one. */
    Batch batch() default @Batch(size = 0);

    /** Whether only the newest of the changes of a document is wanted that wait for the handler. */
    Coalesce coalesce() default Coalesce.NONE;

    /**
     * With {@link Coalesce#LATEST}, for how long a document must have had no newer change before its newest is handed over, at
     * most an hour, as an ISO-8601 duration or in short form: {@code 500ms}, {@code 2s}. It is handed over after ten times as
     * long in any case, and earlier when too many changes wait. By default a change does not wait.
     */
    String quiet() default "";
}
