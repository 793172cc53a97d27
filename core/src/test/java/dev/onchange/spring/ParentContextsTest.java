package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.spring.Context.Seen;
import dev.onchange.status.HandlerStatus;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.mongodb.autoconfigure.MongoReactiveAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

class ParentContextsTest {

    private final Context context = new Context();
    private final Deque<ConfigurableApplicationContext> opened = new ArrayDeque<>();

    @AfterEach
    void cleanUp() {
        opened.forEach(ConfigurableApplicationContext::close);
        context.close();
    }

    @Test
    void handlers_of_a_child_are_called_while_it_runs_by_the_listeners_of_its_parent() {
        ConfigurableApplicationContext parent = run(null, Listeners.class, Stock.class);
        ConfigurableApplicationContext child = run(parent, Plain.class, Orders.class);
        context.insert("stock", 1);
        context.insert("orders", 1);
        awaitSeen("stock 1", "order 1");

        child.close();
        context.insert("orders", 2);
        context.insert("stock", 2);
        awaitSeen("stock 1", "order 1", "stock 2");

        run(parent, Plain.class, Orders.class);
        awaitSeen("stock 1", "order 1", "stock 2", "order 2");
    }

    @Test
    void handlers_of_a_parent_without_listeners_are_called_by_those_of_its_child() {
        ConfigurableApplicationContext parent = run(null, Plain.class, Stock.class);
        ConfigurableApplicationContext child = run(parent, Listeners.class, Orders.class);
        context.insert("stock", 1);
        context.insert("orders", 1);
        awaitSeen("stock 1", "order 1");

        ChangeListenersLifecycle lifecycle = child.getBean(ChangeListenersLifecycle.class);
        parent.close();

        assertThat(lifecycle.isRunning()).isFalse();
    }

    @Test
    void contexts_that_both_have_the_auto_configuration_share_the_listeners_of_the_upper_one() {
        ConfigurableApplicationContext parent = run(null, Listeners.class, Stock.class);
        ConfigurableApplicationContext child = run(parent, Listeners.class, Orders.class);

        context.insert("stock", 1);
        context.insert("orders", 1);

        awaitSeen("stock 1", "order 1");
        assertThat(child.getBean(ChangeListeners.class).status().handlers())
                .extracting(HandlerStatus::id)
                .containsExactlyInAnyOrder(Stock.class.getName() + "#added", Orders.class.getName() + "#added");
        assertThat(child.getBean(ChangeListeners.class)).isSameAs(parent.getBean(ChangeListeners.class));
    }

    @Test
    void a_parent_without_handlers_listens_as_long_as_a_child_has_some() {
        ConfigurableApplicationContext parent = run(null, Listeners.class);
        ChangeListenersLifecycle lifecycle = parent.getBean(ChangeListenersLifecycle.class);
        assertThat(lifecycle.isRunning()).isFalse();

        ConfigurableApplicationContext child = run(run(parent, Plain.class), Plain.class, Orders.class);
        context.insert("orders", 1);
        awaitSeen("order 1");
        lifecycle.stop();
        context.insert("orders", 2);
        lifecycle.start();
        awaitSeen("order 1", "order 2");
        child.close();

        assertThat(lifecycle.isRunning()).isFalse();
    }

    @Test
    void handlers_of_a_parent_are_called_once_though_two_children_have_listeners() {
        ConfigurableApplicationContext parent = run(null, Plain.class, Stock.class);
        ConfigurableApplicationContext first = run(parent, Listeners.class);
        ConfigurableApplicationContext second = run(parent, Listeners.class, Orders.class);
        context.insert("stock", 1);
        context.insert("orders", 1);
        awaitSeen("stock 1", "order 1");

        first.close();
        second.getBean(ChangeListenersLifecycle.class).stop();
        second.getBean(ChangeListenersLifecycle.class).start();

        context.insert("stock", 2);
        awaitSeen("stock 1", "order 1", "stock 2");
    }

    @Test
    void a_handler_that_is_a_bean_of_parent_and_child_is_refused_in_the_child_and_harms_no_other() {
        ConfigurableApplicationContext parent = run(null, Listeners.class, Stock.class);

        assertThatThrownBy(() -> run(parent, Plain.class, Stock.class, Orders.class))
                .hasMessageContaining("ONC-1107")
                .hasMessageContaining("Stock#added");

        run(parent, Plain.class, Orders.class);
        context.insert("stock", 1);
        context.insert("orders", 1);
        awaitSeen("stock 1", "order 1");
    }

    private ConfigurableApplicationContext run(@Nullable ConfigurableApplicationContext parent, Class<?>... sources) {
        SpringApplicationBuilder builder = new SpringApplicationBuilder(sources)
                .web(WebApplicationType.NONE)
                .properties(context.properties())
                .initializers((ApplicationContextInitializer<ConfigurableApplicationContext>) each -> {
                    if (each.getParent() == null) {
                        each.getBeanFactory().registerSingleton("seen", new Seen(context.seen));
                    }
                });
        if (parent != null) {
            builder.parent(parent);
        }
        ConfigurableApplicationContext started = builder.run();
        opened.push(started);
        return started;
    }

    private void awaitSeen(Object... notes) {
        await().untilAsserted(() -> assertThat(context.seen).containsExactlyInAnyOrder(notes));
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({MongoReactiveAutoConfiguration.class, OnChangeAutoConfiguration.class})
    static class Listeners {}

    @Configuration(proxyBeanMethods = false)
    static class Plain {}

    record Stock(Seen seen) {
        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            seen.note("stock " + id(change));
        }
    }

    static final class Orders implements DisposableBean {

        private final Seen seen;
        private boolean destroyed;

        Orders(Seen seen) {
            this.seen = seen;
        }

        @OnChange(collection = "orders")
        void added(ChangeEvent<?> change) {
            seen.note((destroyed ? "after its end: order " : "order ") + id(change));
        }

        @Override
        public void destroy() {
            destroyed = true;
        }
    }

    private static int id(ChangeEvent<?> change) {
        return change.documentKey().getInt32("_id").getValue();
    }
}
