package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.spring.Context.Seen;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

class SpringHandlerBeansTest {

    private final Context context = new Context();

    @AfterEach
    void cleanUp() {
        context.close();
    }

    @Test
    void handlers_of_a_bean_receive_changes_in_the_database_of_boots_uri() {
        runner(Stock.class).run(app -> {
            context.insert("stock", 1);

            awaitSeen("stock 1");
            assertThat(app.getBean(ChangeListeners.class).status().handlers())
                    .extracting(handler -> handler.id())
                    .containsExactly(Stock.class.getName() + "#added");
        });
    }

    @Test
    void a_handler_that_is_not_public_is_called_through_the_proxy_of_its_class() {
        runner(Stock.class, Intercepted.class).run(app -> {
            assertThat(AopUtils.isCglibProxy(app.getBean(Stock.class))).isTrue();

            context.insert("stock", 1);

            awaitSeen("before added", "stock 1");
        });
    }

    @Test
    void a_handler_is_called_through_the_proxy_of_its_interface() {
        runner(BehindInterface.class).run(app -> {
            assertThat(AopUtils.isJdkDynamicProxy(app.getBean("orders"))).isTrue();

            context.insert("orders", 1);

            awaitSeen("before ordered", "order 1");
        });
    }

    @Test
    void a_final_handler_behind_a_proxy_is_refused() {
        runner(WithFinal.class, Intercepted.class)
                .run(app -> assertThat(app)
                        .getFailure()
                        .hasRootCauseInstanceOf(dev.onchange.OnChangeException.class)
                        .rootCause()
                        .hasMessageContaining("ONC-1105")
                        .hasMessageContaining("final"));
    }

    @ParameterizedTest
    @ValueSource(classes = {AsyncHandler.class, HandlerOfAsyncClass.class})
    void an_asynchronous_handler_that_returns_nothing_is_refused(Class<?> bean) {
        runner(bean)
                .run(app -> assertThat(app)
                        .getFailure()
                        .hasRootCauseInstanceOf(dev.onchange.OnChangeException.class)
                        .rootCause()
                        .hasMessageContaining("ONC-1131")
                        .hasMessageContaining("@" + Async.class.getName()));
    }

    @Test
    void an_asynchronous_handler_that_tells_its_end_is_waited_for() {
        runner(AwaitedAsyncHandler.class).run(app -> {
            context.insert("stock", 1);

            awaitSeen("stock 1");
        });
    }

    @Test
    void a_lazy_bean_is_made_for_its_first_change() {
        runner(LazyBeans.class).run(app -> {
            assertThat(context.seen).isEmpty();

            context.insert("stock", 1);
            context.insert("stock", 2);

            awaitSeen("made", "lazy 1", "lazy 2");
        });
    }

    @Test
    void a_prototype_bean_is_made_once_for_the_listeners_and_destroyed_with_them() {
        runner(Prototype.class).run(app -> {
            context.insert("stock", 1);
            context.insert("stock", 2);
            awaitSeen("made", "prototype 1", "prototype 2");
        });

        assertThat(context.seen).last().isEqualTo("destroyed");
    }

    @Test
    void each_call_asks_the_scope_of_the_bean() {
        runner(ThreadScoped.class)
                .withBean(CustomScopeConfigurer.class, SpringHandlerBeansTest::threadScope)
                .withBean(
                        ChangeListenersCustomizer.class,
                        () -> builder -> builder.executor(call -> new Thread(call).start()))
                .run(app -> {
                    context.insert("stock", 1);
                    awaitSeen(1);
                    context.insert("stock", 2);

                    awaitSeen(2);
                    assertThat(context.seen).doesNotHaveDuplicates();
                });
    }

    @Test
    void what_a_factory_bean_makes_has_handlers() {
        runner(StockFactory.class).run(app -> {
            context.insert("stock", 1);

            awaitSeen("stock 1");
        });
    }

    @Test
    void a_configuration_class_may_have_handlers_and_annotations_of_the_users_own_count() {
        runner(Everything.class).run(app -> {
            context.insert("anything", 1);

            awaitSeen("insert");
        });
    }

    @Test
    void of_several_beans_of_a_class_the_primary_one_is_called() {
        runner(TwoAndPrimary.class).run(app -> {
            context.insert("stock", 1);

            awaitSeen("second: 1");
        });
    }

    @Test
    void several_beans_of_a_class_are_refused() {
        runner(Two.class)
                .run(app -> assertThat(app)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("ONC-1112")
                        .hasMessageContaining("2 beans of this class (first, second)"));
    }

    @Test
    void placeholders_are_resolved_by_the_environment() {
        runner(FromEnvironment.class)
                .withPropertyValues("shop.prefix=ship", "shop.collection=${shop.prefix}ments")
                .run(app -> {
                    context.insert("shipments", 1);

                    awaitSeen("shipment");
                });
    }

    @Test
    void a_handler_can_have_the_listeners() {
        runner(Curious.class).run(app -> {
            context.insert("stock", 1);

            awaitSeen(List.of(Curious.class.getName() + "#added"));
        });
    }

    private ApplicationContextRunner runner(Class<?>... configurations) {
        return context.runner().withUserConfiguration(configurations);
    }

    private void awaitSeen(Object... notes) {
        await().untilAsserted(() -> assertThat(context.seen).containsExactly(notes));
    }

    private void awaitSeen(int count) {
        await().untilAsserted(() -> assertThat(context.seen).hasSize(count));
    }

    private static CustomScopeConfigurer threadScope() {
        CustomScopeConfigurer configurer = new CustomScopeConfigurer();
        configurer.addScope("thread", new SimpleThreadScope());
        return configurer;
    }

    static class Stock {
        private final Seen seen;

        Stock(Seen seen) {
            this.seen = seen;
        }

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            seen.note("stock " + id(change));
        }
    }

    static class WithFinal {
        @OnChange(collection = "stock")
        final void added(ChangeEvent<?> change) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Intercepted {
        @Bean
        static BeanNameAutoProxyCreator proxies() {
            BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
            creator.setBeanNames("*Stock", "*WithFinal");
            creator.setInterceptorNames("noting");
            creator.setProxyTargetClass(true);
            return creator;
        }

        @Bean
        static MethodInterceptor noting(Seen seen) {
            return interceptor(seen);
        }
    }

    interface Orders {
        void ordered(ChangeEvent<?> change);
    }

    record OrderHandlers(Seen seen) implements Orders {
        @Override
        @OnChange(collection = "orders")
        public void ordered(ChangeEvent<?> change) {
            seen.note("order " + id(change));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class BehindInterface {
        @Bean
        static BeanNameAutoProxyCreator proxies() {
            BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
            creator.setBeanNames("orders");
            creator.setInterceptorNames("noting");
            return creator;
        }

        @Bean
        static MethodInterceptor noting(Seen seen) {
            return interceptor(seen);
        }

        @Bean
        OrderHandlers orders(Seen seen) {
            return new OrderHandlers(seen);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyBeans {
        @Bean
        @Lazy
        LazyStock lazyStock(Seen seen) {
            return new LazyStock(seen);
        }
    }

    static class LazyStock {
        private final Seen seen;

        LazyStock(Seen seen) {
            this.seen = seen;
            seen.note("made");
        }

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            seen.note("lazy " + id(change));
        }
    }

    @Scope("prototype")
    static class Prototype implements DisposableBean {
        private final Seen seen;

        Prototype(Seen seen) {
            this.seen = seen;
            seen.note("made");
        }

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            seen.note("prototype " + id(change));
        }

        @Override
        public void destroy() {
            seen.note("destroyed");
        }
    }

    @Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
    static class ThreadScoped {
        private final Seen seen;

        ThreadScoped(Seen seen) {
            this.seen = seen;
        }

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            seen.note(System.identityHashCode(this));
        }
    }

    static class StockFactory implements FactoryBean<Stock> {
        private final Seen seen;

        StockFactory(Seen seen) {
            this.seen = seen;
        }

        @Override
        public Stock getObject() {
            return new Stock(seen);
        }

        @Override
        public Class<?> getObjectType() {
            return Stock.class;
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @OnChange
    @interface OnEverything {}

    @Configuration
    static class Everything {
        private final Seen seen;

        Everything(Seen seen) {
            this.seen = seen;
        }

        @OnEverything
        void anything(ChangeEvent<?> change) {
            seen.note(change.operationName());
        }
    }

    record Named(String name, Seen seen) {
        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            seen.note(name + ": " + id(change));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Two {
        @Bean
        Named first(Seen seen) {
            return new Named("first", seen);
        }

        @Bean
        Named second(Seen seen) {
            return new Named("second", seen);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoAndPrimary {
        @Bean
        Named first(Seen seen) {
            return new Named("first", seen);
        }

        @Bean
        @Primary
        Named second(Seen seen) {
            return new Named("second", seen);
        }
    }

    record FromEnvironment(Seen seen) {
        @OnChange(collection = "${shop.collection}", operation = "${shop.operation:insert}")
        void shipped(ChangeEvent<?> change) {
            seen.note("shipment");
        }
    }

    record Curious(Seen seen, ObjectProvider<ChangeListeners> listeners) {
        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            seen.note(listeners.getObject().status().handlers().stream()
                    .map(handler -> handler.id())
                    .toList());
        }
    }

    private static MethodInterceptor interceptor(Seen seen) {
        return call -> {
            seen.note("before " + call.getMethod().getName());
            return call.proceed();
        };
    }

    private static int id(ChangeEvent<?> change) {
        return change.documentKey().getInt32("_id").getValue();
    }

    static class AsyncHandler {

        @Async
        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {}
    }

    @Async
    static class HandlerOfAsyncClass {

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {}
    }

    @EnableAsync
    static class AwaitedAsyncHandler {

        private final Seen seen;

        AwaitedAsyncHandler(Seen seen) {
            this.seen = seen;
        }

        @Async
        @OnChange(collection = "stock")
        public CompletableFuture<Void> added(ChangeEvent<?> change) {
            seen.note("stock " + id(change));
            return CompletableFuture.completedFuture(null);
        }
    }
}
