package dev.onchange.examples.benchmarks.micro;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.engine.scan.GeneratedMethod;
import dev.onchange.engine.scan.HandlerScanner;
import dev.onchange.engine.scan.HandlerTarget.OfMethod;
import dev.onchange.generated.CallArguments;
import dev.onchange.generated.HandlerCalls;
import dev.onchange.inject.Instances;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long the bare call of a handler takes, by the code that the processor generates, by method handle, by reflection. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class InvokeBenchmark {

    /** Has a handler. */
    public static class Handler {
        private int calls;

        @OnChange(collection = "items")
        int changed(Document document, Attempt attempt) {
            calls += attempt.number();
            return calls;
        }
    }

    private final Handler handler = new Handler();
    private final CallArguments arguments = new Given(new Document(), new Attempt(1, 5, Instant.EPOCH, null));

    private HandlerCalls calls = new NoCalls();
    private int number;
    private MethodHandle handle =
            MethodHandles.empty(MethodType.methodType(Object.class, Object.class, CallArguments.class));
    private @Nullable Method method;

    /** Finds the generated code as the start of listeners does, and makes the handle as it would without. */
    @Setup
    public void find() throws ReflectiveOperationException {
        OfMethod target = (OfMethod) new HandlerScanner(name -> null, "shop", Instances.ofConstructors())
                .types(Handler.class)
                .handlers()
                .get(0)
                .target();
        GeneratedMethod generated = java.util.Objects.requireNonNull(target.generated(), "the processor did not run");
        calls = generated.calls().getConstructor().newInstance();
        number = generated.number();
        method = target.method();
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodHandle payload = lookup.findVirtual(CallArguments.class, "payload", MethodType.methodType(Object.class))
                .asType(MethodType.methodType(Document.class, CallArguments.class));
        MethodHandle attempt = lookup.findVirtual(CallArguments.class, "attempt", MethodType.methodType(Attempt.class));
        MethodHandle fetching = MethodHandles.filterArguments(lookup.unreflect(target.method()), 1, payload, attempt);
        handle = MethodHandles.permuteArguments(
                        fetching, MethodType.methodType(int.class, Handler.class, CallArguments.class), 0, 1, 1)
                .asType(MethodType.methodType(Object.class, Object.class, CallArguments.class));
    }

    /** As with the processor. */
    @Benchmark
    public @Nullable Object generated() throws Throwable {
        return calls.call(number, handler, arguments);
    }

    /** As without. */
    @Benchmark
    public @Nullable Object methodHandle() throws Throwable {
        return (Object) handle.invokeExact((Object) handler, arguments);
    }

    /** As it is not done. */
    @Benchmark
    public @Nullable Object reflection() throws ReflectiveOperationException {
        return java.util.Objects.requireNonNull(method).invoke(handler, arguments.payload(), arguments.attempt());
    }

    private record Given(Document payload, Attempt attempt) implements CallArguments {
        @Override
        public ChangeEvent<?> event() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChangeStreamDocument<?> driverDocument() {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable UpdateDescription updateDescription() {
            return null;
        }

        @Override
        public @Nullable ClientSession session() {
            return null;
        }
    }

    /** Until the generated code is found. */
    private static final class NoCalls implements HandlerCalls {
        @Override
        public java.util.List<String> methods() {
            return java.util.List.of();
        }

        @Override
        public @Nullable Object call(int method, Object instance, CallArguments arguments) {
            return null;
        }
    }
}
