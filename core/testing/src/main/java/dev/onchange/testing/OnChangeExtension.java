package dev.onchange.testing;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.localmongo.LocalMongo;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Prepares each test of an {@link OnChangeTest}, hands out what it asks for, and clears up after it. */
public final class OnChangeExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

    private static final Namespace OURS = Namespace.create(OnChangeExtension.class);

    /** The server takes 63 bytes, and the state database adds to it. */
    private static final int LONGEST_NAME = 40;

    private static final Map<Class<?>, Function<Scene, Object>> INJECTED = Map.of(
            LocalMongo.class, scene -> scene.ground().mongo(),
            MongoClient.class, scene -> scene.ground().client(),
            MongoDatabase.class, scene -> scene.ground().database(),
            Listening.class, Scene::listening,
            Faults.class, scene -> scene.listening().faults(),
            ChangeListeners.class, scene -> scene.listening().listeners());

    /** What one test has. */
    private record Scene(Ground ground, Listening listening) {}

    /** JUnit closes it when all tests are over; before 5.13 it closes nothing but a {@code CloseableResource}. */
    @SuppressWarnings("deprecation") // later versions close whatever is AutoCloseable
    private record SharedClient(MongoClient client) implements Store.CloseableResource, AutoCloseable {

        @Override
        public void close() {
            client.close();
        }
    }

    /** For JUnit. */
    public OnChangeExtension() {}

    @Override
    public void beforeEach(ExtensionContext context) {
        Scene scene = scene(context);
        List<Object> tests = context.getRequiredTestInstances().getAllInstances();
        DeclaredHandlers handlers = DeclaredHandlers.of(tests);
        if (!handlers.isEmpty()) {
            scene.listening().start(handlers.addTo(scene.listening().builder()));
        }
        tests.forEach(test -> TestFields.of(test).injected().forEach(field -> inject(field, test, scene)));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Scene scene = context.getStore(OURS).remove(Scene.class, Scene.class);
        if (scene != null) {
            try (Ground ground = scene.ground()) {
                scene.listening().close();
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return INJECTED.containsKey(parameter.getParameter().getType());
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return found(parameter.getParameter().getType(), scene(context));
    }

    private static void inject(Field field, Object test, Scene scene) {
        if (!INJECTED.containsKey(field.getType())) {
            throw new ExtensionConfigurationException(field + " has @Inject, but OnChangeTest supplies only "
                    + INJECTED.keySet().stream()
                            .map(Class::getSimpleName)
                            .sorted()
                            .toList());
        }
        TestFields.set(field, test, found(field.getType(), scene));
    }

    private static Object found(Class<?> type, Scene scene) {
        Function<Scene, Object> source = INJECTED.get(type);
        if (source == null) {
            throw new ExtensionConfigurationException("Nothing supplies a " + type.getName());
        }
        return source.apply(scene);
    }

    private static Scene scene(ExtensionContext context) {
        return stored(context.getStore(OURS), Scene.class, () -> newScene(context));
    }

    private static Scene newScene(ExtensionContext context) {
        LocalMongo mongo = LocalMongo.shared();
        SharedClient shared = stored(
                context.getRoot().getStore(OURS),
                SharedClient.class,
                () -> new SharedClient(MongoClients.create(Ground.settings(mongo))));
        Ground ground = new Ground(mongo, shared.client(), name(context.getRequiredTestClass()));
        return new Scene(ground, new Listening(ground));
    }

    @SuppressWarnings("deprecation") // what JUnit 6 has in its place is not in JUnit 5
    private static <T> T stored(Store store, Class<T> type, Supplier<T> created) {
        return Objects.requireNonNull(store.getOrComputeIfAbsent(type, key -> created.get(), type));
    }

    private static String name(Class<?> test) {
        String simple = test.getSimpleName().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        return simple.substring(0, Math.min(simple.length(), LONGEST_NAME)) + "_" + Long.toHexString(System.nanoTime());
    }
}
