package dev.onchange.spring;

import com.mongodb.ClientSessionOptions;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoDatabase;
import org.bson.codecs.configuration.CodecRegistry;
import org.springframework.core.InfrastructureProxy;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.data.mongodb.ReactiveMongoDatabaseFactory;
import reactor.core.publisher.Mono;

/**
 * The context's databases with a session that is there already. A proxy, so that Spring binds the session to the
 * databases that templates know.
 */
record BegunTransaction(ReactiveMongoDatabaseFactory databases, ClientSession session)
        implements ReactiveMongoDatabaseFactory, InfrastructureProxy {

    @Override
    public Object getWrappedObject() {
        return databases;
    }

    @Override
    public Mono<ClientSession> getSession(ClientSessionOptions options) {
        return Mono.just(session);
    }

    @Override
    public Mono<MongoDatabase> getMongoDatabase() {
        return databases.getMongoDatabase();
    }

    @Override
    public Mono<MongoDatabase> getMongoDatabase(String name) {
        return databases.getMongoDatabase(name);
    }

    @Override
    public PersistenceExceptionTranslator getExceptionTranslator() {
        return databases.getExceptionTranslator();
    }

    @Override
    public CodecRegistry getCodecRegistry() {
        return databases.getCodecRegistry();
    }

    @Override
    public ReactiveMongoDatabaseFactory withSession(ClientSession other) {
        return databases.withSession(other);
    }

    @Override
    public boolean isTransactionActive() {
        return session.hasActiveTransaction();
    }
}
