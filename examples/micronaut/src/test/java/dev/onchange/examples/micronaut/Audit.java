package dev.onchange.examples.micronaut;

import dev.onchange.OnChange;
import io.micronaut.aop.Around;
import io.micronaut.aop.InterceptorBean;
import io.micronaut.aop.MethodInterceptor;
import io.micronaut.aop.MethodInvocationContext;
import jakarta.inject.Singleton;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.bson.Document;

/** A handler around which Micronaut generates a class. */
@Singleton
class Audit {

    final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    @Around
    @Retention(RetentionPolicy.RUNTIME)
    @interface Audited {}

    @Audited
    @OnChange(id = "audit", collection = "inventory", operation = "insert")
    void arrived(Document item) {
        calls.add(item.getString("_id"));
    }

    @Singleton
    @InterceptorBean(Audited.class)
    static class Auditor implements MethodInterceptor<Object, Object> {

        final List<String> intercepted = new CopyOnWriteArrayList<>();

        @Override
        public Object intercept(MethodInvocationContext<Object, Object> call) {
            intercepted.add(((Document) call.getParameterValues()[0]).getString("_id"));
            return call.proceed();
        }
    }
}
