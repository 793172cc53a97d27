/** Annotated change listeners for MongoDB. */
@SuppressWarnings("module") // the processor is compiled after this module, so javac does not know it here
module dev.onchange {
    requires transitive org.mongodb.bson;
    requires transitive org.mongodb.driver.core;
    requires transitive org.mongodb.driver.reactivestreams;
    requires transitive org.reactivestreams;
    requires transitive reactor.core;
    requires transitive jakarta.inject;
    requires static transitive org.jspecify;
    requires static com.google.guice;
    requires static jakarta.cdi;
    requires static jakarta.servlet;
    requires static micrometer.commons;
    requires static micrometer.core;
    requires static micrometer.observation;
    requires static spring.beans;
    requires static spring.boot;
    requires static spring.boot.actuator.autoconfigure;
    requires static spring.boot.autoconfigure;
    requires static spring.boot.health;
    requires static spring.boot.mongodb;
    requires static spring.context;
    requires static spring.core;
    requires static spring.data.commons;
    requires static spring.data.mongodb;
    requires static spring.security.core;
    requires static spring.tx;
    requires static spring.web;
    requires static spring.webflux;
    requires static spring.aop;
    requires static jdk.httpserver;
    requires java.security.sasl;
    requires org.slf4j;
    requires io.github.classgraph;

    exports dev.onchange;
    exports dev.onchange.cdi;
    exports dev.onchange.checkpoint;
    exports dev.onchange.console;
    exports dev.onchange.deadletter;
    exports dev.onchange.generated;
    exports dev.onchange.guice;
    exports dev.onchange.inject;
    exports dev.onchange.micrometer;
    exports dev.onchange.plugin;
    exports dev.onchange.problem;
    exports dev.onchange.spring;
    exports dev.onchange.status;

    // the project's own processor and test kit
    exports dev.onchange.engine.decode to
            dev.onchange.testing;
    exports dev.onchange.engine.dispatch to
            dev.onchange.testing;
    exports dev.onchange.engine.invoke to
            dev.onchange.testing;
    exports dev.onchange.engine.match to
            dev.onchange.processor,
            dev.onchange.testing;
    exports dev.onchange.engine.match.notice to
            dev.onchange.processor;
    exports dev.onchange.engine.message to
            dev.onchange.processor,
            dev.onchange.testing;
    exports dev.onchange.engine.plan to
            dev.onchange.processor,
            dev.onchange.testing;
    exports dev.onchange.engine.scan to
            dev.onchange.processor,
            dev.onchange.testing;
    exports dev.onchange.engine.scan.index to
            dev.onchange.processor;
    exports dev.onchange.engine.scan.rule to
            dev.onchange.processor;
    exports dev.onchange.engine.stream to
            dev.onchange.testing;

    uses dev.onchange.plugin.Plugin;

// No "provides" of the CDI extension: without CDI the module could not be resolved (seen on Java 17). CDI containers
// find it on the class path.
}
