package dev.onchange.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.inject.Visible;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProxiesTest {

    private final HandlerScanner scanner = ScanFixture.scanner(Map.of());
    private final List<String> calls = new ArrayList<>();

    @Test
    void a_generated_subclass_has_the_handlers_of_the_users_class_and_is_called_itself() throws Exception {
        ScanResult scanned = scanner.objects(new Stock$$SpringCGLIB$$0());

        assertThat(scanned.problems()).isEmpty();
        HandlerSpec handler = scanned.handlers().get(0);
        assertThat(handler.id()).isEqualTo(Stock.class.getName() + "#low");
        assertThat(call(handler)).isEqualTo("through the proxy");
    }

    @Test
    void a_final_method_behind_a_generated_subclass_is_refused() {
        ScanResult scanned = scanner.objects(new WithFinal$$SpringCGLIB$$0());

        assertThat(scanned.handlers()).isEmpty();
        assertThat(scanned.problems()).extracting(Problem::code).containsExactly(ProblemCode.HANDLER_NOT_INVOCABLE);
        assertThat(scanned.problems().get(0).what()).contains("final");
    }

    @Test
    void a_package_private_method_behind_a_generated_subclass_of_another_package_is_refused() {
        ScanResult scanned = scanner.objects(new Visible$$SpringCGLIB$$0());

        assertThat(scanned.handlers()).isEmpty();
        assertThat(scanned.problems()).extracting(Problem::code).containsExactly(ProblemCode.HANDLER_NOT_INVOCABLE);
        assertThat(scanned.problems().get(0).what()).contains("package-private", "another package");
    }

    @Test
    void a_final_method_of_the_users_own_object_is_called() {
        ScanResult scanned = scanner.objects(new WithFinal());

        assertThat(scanned.problems()).isEmpty();
        assertThat(scanned.handlers()).hasSize(1);
    }

    @Test
    void a_proxy_of_interfaces_has_their_handlers() throws Exception {
        ScanResult scanned = scanner.objects(proxyOf(Contract.class, Runnable.class));

        assertThat(scanned.problems()).isEmpty();
        HandlerSpec handler = scanned.handlers().get(0);
        assertThat(handler.id()).isEqualTo(Contract.class.getName() + "#onItem");
        call(handler);
        assertThat(calls).containsExactly("onItem");
    }

    @Test
    void a_lambda_has_the_handlers_of_its_interface() throws Exception {
        Contract lambda = event -> calls.add("lambda");

        ScanResult scanned = scanner.objects(lambda);

        assertThat(scanned.problems()).isEmpty();
        call(scanned.handlers().get(0));
        assertThat(calls).containsExactly("lambda");
    }

    @Test
    void a_proxy_of_interfaces_without_handlers_is_refused() {
        ScanResult scanned = scanner.objects(proxyOf(Runnable.class, Comparable.class));

        assertThat(scanned.problems()).extracting(Problem::code).containsExactly(ProblemCode.NO_HANDLERS);
    }

    @Test
    void a_container_may_name_the_class_behind_a_proxy_of_interfaces() throws Exception {
        ScanResult scanned = scanner.object(Implementation.class, proxyOf(Contract.class));

        assertThat(scanned.problems()).isEmpty();
        HandlerSpec handler = scanned.handlers().get(0);
        assertThat(handler.id()).isEqualTo(Implementation.class.getName() + "#onItem");
        assertThat(handler.watched().collection()).isEqualTo("own");
        call(handler);
        assertThat(calls).containsExactly("onItem");
    }

    @Test
    void a_proxy_of_a_generic_interface_is_called_through_it() throws Exception {
        ScanResult scanned = scanner.object(OfItems.class, proxyOf(Generic.class));

        assertThat(scanned.problems()).isEmpty();
        assertThat(scanned.handlers().get(0).payload()).isEqualTo(Item.class);
        call(scanned.handlers().get(0));
        assertThat(calls).containsExactly("onItem");
    }

    @Test
    void a_method_that_a_proxy_of_interfaces_lacks_is_refused() {
        ScanResult scanned = scanner.object(Stock.class, proxyOf(Runnable.class));

        assertThat(scanned.problems()).extracting(Problem::code).containsExactly(ProblemCode.HANDLER_NOT_INVOCABLE);
        assertThat(scanned.problems().get(0).todo()).contains("interface");
    }

    @Test
    void an_object_of_a_class_without_a_name_needs_an_id() {
        ScanResult scanned = scanner.objects(
                new Object() {
                    @OnChange(id = "named")
                    void on(ChangeEvent<?> event) {}
                },
                new Object() {
                    @OnChange
                    void on(ChangeEvent<?> event) {}
                });

        assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactly("named");
        assertThat(scanned.problems()).hasSize(1);
        assertThat(scanned.problems().get(0).what()).contains("position");
    }

    private Object proxyOf(Class<?>... interfaces) {
        return Proxy.newProxyInstance(getClass().getClassLoader(), interfaces, (proxy, method, arguments) -> {
            calls.add(method.getName());
            return null;
        });
    }

    private static @Nullable Object call(HandlerSpec handler) throws ReflectiveOperationException {
        HandlerTarget.OfMethod target = (HandlerTarget.OfMethod) handler.target();
        return target.method().invoke(target.instance(), new Object[] {null});
    }

    static class Stock {
        @OnChange
        String low(ChangeEvent<?> event) {
            return "directly";
        }
    }

    static class Stock$$SpringCGLIB$$0 extends Stock {
        @Override
        String low(ChangeEvent<?> event) {
            return "through the proxy";
        }
    }

    static class Visible$$SpringCGLIB$$0 extends Visible {}

    static class WithFinal {
        @OnChange
        final void low(ChangeEvent<?> event) {}
    }

    static class WithFinal$$SpringCGLIB$$0 extends WithFinal {}

    interface Contract {
        @OnChange(collection = "items")
        void onItem(ChangeEvent<?> event);
    }

    static class Implementation implements Contract {
        @Override
        @OnChange(collection = "own")
        public void onItem(ChangeEvent<?> event) {}
    }

    record Item(String name) {}

    interface Generic<T> {
        void onItem(T item);
    }

    static class OfItems implements Generic<Item> {
        @Override
        @OnChange
        public void onItem(Item item) {}
    }
}
