package dev.onchange.spring;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Interceptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.data.mongodb.ReactiveMongoDatabaseFactory;
import org.springframework.data.mongodb.ReactiveMongoTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lets reactive templates and repositories take part in the transaction of a handler, where the work is in the publisher
 * that the handler returns. Spring's own way to bind a session is a transaction manager: it is given one that has begun,
 * and whose commit is left to the listeners.
 */
final class SpringTransactions implements Interceptor {

    /** What ends the transaction, or the session, or begins one. */
    private static final Set<String> OF_THE_LISTENERS =
            Set.of("startTransaction", "commitTransaction", "abortTransaction", "close");

    private final ReactiveMongoDatabaseFactory databases;

    SpringTransactions(ReactiveMongoDatabaseFactory databases) {
        this.databases = databases;
    }

    @Override
    public @Nullable Publisher<?> intercept(Invocation invocation) throws Throwable {
        ClientSession session = invocation.session();
        Publisher<?> end = invocation.proceed();
        return session == null || end == null
                ? end
                : within(session, Flux.from(end).then());
    }

    private Mono<Void> within(ClientSession session, Mono<Void> work) {
        ReactiveMongoDatabaseFactory begun = new BegunTransaction(databases, passive(session));
        return TransactionalOperator.create(new ReactiveMongoTransactionManager(begun))
                .transactional(work);
    }

    private static ClientSession passive(ClientSession session) {
        return (ClientSession) Proxy.newProxyInstance(
                ClientSession.class.getClassLoader(),
                new Class<?>[] {ClientSession.class},
                (proxy, method, arguments) -> {
                    if (OF_THE_LISTENERS.contains(method.getName())) {
                        return method.getReturnType() == void.class ? null : Mono.empty();
                    }
                    try {
                        return method.invoke(session, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
