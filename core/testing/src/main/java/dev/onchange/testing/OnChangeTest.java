package dev.onchange.testing;

import dev.onchange.localmongo.LocalMongo;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives every test of the class a database of its own on a real server, {@link LocalMongo#shared()}, and listeners that
 * are started before it and stopped after it. Needs JUnit Jupiter.
 *
 * <p>The handlers, also of nested classes, are those of the {@link #handlers} and {@link #scan packages} named here, of the fields with
 * {@link Handlers}, and of the test's own methods with {@code @OnChange}. If there are any, the listeners are open
 * before the methods with {@code @BeforeEach} run; else the test starts them itself with {@link Listening#start}.
 *
 * <p>Parameters of tests and of {@code @BeforeEach} methods, and fields with {@code jakarta.inject.Inject}, may be a
 * {@code MongoClient}, the {@code MongoDatabase}, the {@code ChangeListeners}, {@link Listening}, {@link Faults} or
 * {@link LocalMongo}.
 *
 * <p>The listeners are alone: each test has a state database of its own. {@link Listening#startInstance} starts others
 * beside them.
 *
 * <p>After a test its listeners are closed and its databases dropped. Tests may run in parallel.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(OnChangeExtension.class)
public @interface OnChangeTest {

    /** Handler classes, of which one object each is made. */
    Class<?>[] handlers() default {};

    /** Packages in which to look for handlers. */
    String[] scan() default {};
}
