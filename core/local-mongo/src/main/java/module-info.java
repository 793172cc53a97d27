/** A real replica set of MongoDB on this machine, for tests and examples. */
module dev.onchange.localmongo {
    requires transitive org.mongodb.bson;
    requires transitive org.mongodb.driver.core;
    requires org.mongodb.driver.reactivestreams;
    requires org.reactivestreams;
    requires org.slf4j;
    requires reactor.core;
    requires static transitive org.jspecify;
    requires de.flapdoodle.embed.mongo;
    requires de.flapdoodle.embed.process;
    requires de.flapdoodle.reverse;

    exports dev.onchange.localmongo;
    exports dev.onchange.localmongo.binary;
}
