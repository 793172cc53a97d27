package dev.onchange.problem;

/** The catalogue of everything that can be wrong; a code is never given a second meaning. */
public enum ProblemCode {
    UNKNOWN_OPERATION(1101, "No such operation"),
    INVALID_MATCH(1102, "The match filter is not valid"),
    INVALID_PIPELINE(1103, "The pipeline is not valid"),
    UNKNOWN_PLACEHOLDER(1104, "A placeholder has no value"),
    HANDLER_NOT_INVOCABLE(1105, "The method cannot be called"),
    UNSUPPLIED_PARAMETER(1106, "Nothing supplies this parameter"),
    DUPLICATE_ID(1107, "Two handlers have one id"),
    UNDECODABLE_PAYLOAD(1108, "The codecs cannot decode the payload type"),
    MISSING_DATABASE(1109, "No database is named"),
    INVALID_ATTRIBUTE(1110, "An attribute has a value that it cannot have"),
    NO_HANDLERS(1111, "No handler was found"),
    OBJECT_NOT_SUPPLIED(1112, "Nothing supplies the object to call"),
    ATTRIBUTE_WITHOUT_EFFECT(1113, "An attribute has no effect"),
    CONTRADICTORY_PAYLOAD(1114, "The payload type is contradictory"),
    UNWATCHABLE_NAMESPACE(1115, "The server cannot watch this name"),
    CONTRADICTORY_SCOPE(1116, "The scope contradicts the names"),
    NEVER_PRESENT(1117, "A parameter would always be null"),
    TRANSACTION_MISMATCH(1118, "Session and transaction do not go together"),
    CLASS_NOT_READABLE(1119, "A class cannot be read"),
    UNKNOWN_HANDLER(1120, "No handler has this id"),
    JAVA_TOO_OLD(1121, "This Java lacks what is asked for"),
    CALLED_FROM_HANDLER(1122, "A handler would wait for itself"),
    OPERATION_LEFT(1123, "An operation goes on without its caller"),
    LIBRARY_TOO_OLD(1124, "A library is too old, and lacks what is needed"),
    CONTRADICTORY_SHARING(1125, "Attributes say different things of how instances share a handler"),
    BATCH_MISMATCH(1126, "Batch and list do not go together"),
    COALESCING_MISMATCH(1127, "Changes cannot take the place of others here"),
    SNAPSHOT_IMPOSSIBLE(1128, "The documents that exist cannot be read first"),
    RETURN_NOT_AWAITED(1131, "Nobody would wait for what the method returns"),
    UNKNOWN_FIELD(1132, "There is no such field"),
    SERVER_UNAVAILABLE(1201, "The server cannot be reached"),
    SERVER_UNSUITABLE(1202, "The server cannot serve change streams"),
    STREAM_NOT_OPENED(1203, "A change stream could not be opened"),
    HISTORY_LOST(1204, "The oplog no longer holds the position"),
    STREAM_FAILED(1205, "A change stream ended"),
    MISSING_PRIVILEGE(1206, "The account lacks a privilege"),
    IMAGES_NOT_RECORDED(1207, "A collection records no images"),
    ACCESS_REFUSED(1208, "The server refuses the credentials"),
    INVALID_CONNECTION_STRING(1209, "The connection string is not valid"),
    STREAM_OPENS_SLOWLY(1210, "A stream is not open yet"),
    POSITION_NOT_SAVED(1301, "A position could not be saved"),
    POSITION_STORE_UNUSABLE(1302, "The positions cannot be kept where they should be"),
    POSITIONS_TAKEN_OVER(1303, "Another instance has taken the positions over"),
    POSITION_UNREADABLE(1304, "A kept position cannot be read"),
    POSITION_FOREIGN(1305, "A position is not one of this deployment's"),
    RESUME_TOKEN_REFUSED(1306, "The server does not take the resume token"),
    HANDLER_FAILED(1401, "A handler failed at its last attempt"),
    DEAD_LETTER_NOT_REPLAYED(1402, "A dead letter cannot be replayed"),
    DEAD_LETTERS_UNUSABLE(1403, "Dead letters cannot be kept where they should be"),
    CHANGE_OVERDUE(1404, "A change is in flight for long"),
    NO_THREAD(1405, "The executor takes no work"),
    CALL_NOT_ENDED(1406, "A call of a handler has not ended in time"),
    HANDLER_LEFT_OUT(1407, "A handler takes part in no stream"),
    TRANSACTION_ENDED(1408, "A handler's transaction had ended before it could be committed"),
    UPDATES_UNDER_OTHER_NAMES(1501, "Some updates arrive as another operation"),
    LOOKED_UP_DOCUMENT(1502, "A looked-up document may be newer, or null"),
    NESTED_UPDATE_PATH(1503, "A path does not reach nested changes"),
    OWN_WRITES(1504, "A handler may receive its own writes"),
    FEWER_THREADS(1505, "A handler may hold fewer threads than its concurrency"),
    NEVER_MATCHES(1506, "A filter matches no change that can come"),
    VALUE_OF_OTHER_TYPE(1507, "A filter compares a field with a value of another type"),
    UNUSUAL_NAME(1508, "A name is possible, and hardly meant"),
    NO_SUCH_COLLECTION(1509, "There is no such collection yet"),
    PAYLOAD_OF_MANY_COLLECTIONS(1510, "Documents of all collections are decoded to one type"),
    STALE_INDEX(1511, "The index does not fit the classes"),
    PROCESSOR_NOT_RUN(1512, "The annotation processor did not run"),
    HANDLER_SWITCHED_OFF(1513, "A handler is switched off"),
    OUTSIDE_OF_TRANSACTION(1514, "What a handler writes may be outside of its transaction"),
    PLUGIN_UNUSABLE(1601, "A plug-in cannot be loaded"),
    PLUGIN_NAME(1602, "A plug-in of this name is there, or is not"),
    INVALID_CLUSTER(1701, "A setting of the cluster has a value that it cannot have"),
    CLUSTER_UNUSABLE(1702, "What instances have in common cannot be kept where it should be"),
    NOT_ALONE(1703, "Another instance listens with the same handlers"),
    HANDLER_ELSEWHERE(1704, "Another instance has the handler"),
    COMMAND_UNANSWERED(1705, "The instance that has a handler has not answered"),
    COMMAND_FAILED(1706, "The instance that has a handler failed to do what was asked of it"),
    CONSOLE_UNPROTECTED(1801, "The console would be open to everyone"),
    CONSOLE_NOT_STARTED(1802, "The console cannot be served"),
    LOCAL_SERVER_NOT_FOUND(1901, "There is no MongoDB server for tests"),
    LOCAL_SERVER_FAILED(1902, "The MongoDB server for tests did not start");

    private final int number;
    private final String title;

    ProblemCode(int number, String title) {
        this.number = number;
        this.title = title;
    }

    /** The code as users see it, for example {@code ONC-1203}. */
    public String id() {
        return "ONC-" + number;
    }

    /** The kind of problem in a few words. */
    public String title() {
        return title;
    }
}
