package dev.onchange.engine.stream;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** Runs the rules of a verification of the Reactive Streams TCK, which are tests of TestNG, as tests of JUnit. */
public final class Verification {

    /** What the TCK cannot verify, and says so. */
    private static final String UNVERIFIED = "untested_";

    private Verification() {}

    /** A test for each rule of a publisher, each with a verification of its own. */
    public static Stream<DynamicTest> ofPublisher(Supplier<? extends PublisherVerification<?>> verifications) {
        return rules(PublisherVerification.class)
                .map(rule -> DynamicTest.dynamicTest(rule.getName(), () -> {
                    PublisherVerification<?> verification = verifications.get();
                    verification.setUp();
                    run(rule, verification);
                }));
    }

    /** A test for each rule of a subscriber. */
    public static Stream<DynamicTest> ofSubscriber(
            Supplier<? extends SubscriberBlackboxVerification<?>> verifications) {
        return rules(SubscriberBlackboxVerification.class)
                .map(rule -> DynamicTest.dynamicTest(rule.getName(), () -> {
                    SubscriberBlackboxVerification<?> verification = verifications.get();
                    verification.startPublisherExecutorService();
                    try {
                        verification.setUp();
                        run(rule, verification);
                    } finally {
                        verification.shutdownPublisherExecutorService();
                    }
                }));
    }

    private static Stream<Method> rules(Class<?> verification) {
        return Arrays.stream(verification.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .filter(method -> !method.getName().startsWith(UNVERIFIED))
                .sorted(Comparator.comparing(Method::getName));
    }

    private static void run(Method rule, Object verification) throws Throwable {
        try {
            rule.invoke(verification);
        } catch (InvocationTargetException e) {
            // An optional rule that does not hold is no failure.
            if (!(e.getCause() instanceof SkipException) || !rule.getName().startsWith("optional_")) {
                throw e.getCause();
            }
        }
    }
}
