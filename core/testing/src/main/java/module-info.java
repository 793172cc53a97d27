/** What users need to test their handlers against a real replica set. */
module dev.onchange.testing {
    requires transitive dev.onchange;
    requires transitive dev.onchange.localmongo;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;

    exports dev.onchange.testing;
}
