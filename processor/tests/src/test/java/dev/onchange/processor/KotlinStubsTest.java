package dev.onchange.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;

/** The Java that kapt makes of Kotlin's functions, for processors. */
class KotlinStubsTest {

    private static final JavaFileObject METADATA =
            JavaFileObjects.forSourceString("kotlin.Metadata", "package kotlin; public @interface Metadata {}");

    private static final JavaFileObject CONTINUATION = JavaFileObjects.forSourceString(
            "kotlin.coroutines.Continuation", "package kotlin.coroutines; public interface Continuation<T> {}");

    @Test
    void a_suspending_internal_function_is_read_as_it_is_written() {
        Compilation compilation = Sources.compile(METADATA, CONTINUATION, stub("insert"));

        assertThat(compilation).succeededWithoutWarnings();
        assertThat(compilation)
                .generatedSourceFile("shop.Stock__OnChange")
                .contentsAsUtf8String()
                .contains("\"low$shop(org.bson.Document,kotlin.coroutines.Continuation):java.lang.Object\"");
    }

    @Test
    void a_mistake_names_the_function_without_its_module() {
        Compilation compilation = Sources.compile(METADATA, CONTINUATION, stub("inserted"));

        assertThat(compilation).hadErrorContaining("shop.Stock#low @OnChange(operation)");
    }

    private static JavaFileObject stub(String operation) {
        return JavaFileObjects.forSourceString("shop.Stock", """
                package shop;
                @kotlin.Metadata
                public final class Stock {
                    @dev.onchange.OnChange(collection = "items", operation = "%s")
                    public final Object low$shop(
                            org.bson.Document item, kotlin.coroutines.Continuation<? super String> $completion) {
                        return null;
                    }
                    @dev.onchange.OnChange(id = "other", collection = "items", operation = "insert")
                    public final void arrived(org.bson.Document item) {}
                }
                """.formatted(operation));
    }
}
