package dev.onchange.versions;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.FieldAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.onchange.ChangeListeners;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All that the core refers to, not only what some test runs. */
class OldestLinksTest {

    private static final List<String> PACKAGES =
            List.of("com.mongodb.", "org.bson.", "reactor.", "org.slf4j.", "io.micrometer.");

    private final Set<String> missing = new TreeSet<>();

    @Test
    void the_oldest_driver_reactor_slf4j_and_micrometer_have_all_that_the_core_refers_to() throws IOException {
        URL core = ChangeListeners.class.getProtectionDomain().getCodeSource().getLocation();
        JavaClasses classes = new ClassFileImporter().importUrl(core);
        List<JavaAccess<?>> accesses = classes.stream()
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(access -> isOfLibrary(access.getTargetOwner().getName()))
                .toList();

        try (URLClassLoader oldest =
                new URLClassLoader(OldestVersions.classPath(), ClassLoader.getPlatformClassLoader())) {
            classes.stream()
                    .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .map(JavaClass::getName)
                    .filter(OldestLinksTest::isOfLibrary)
                    .distinct()
                    .forEach(name -> load(name, oldest));
            accesses.forEach(access -> look(access, oldest));
        }

        assertThat(accesses).hasSizeGreaterThan(2_000);
        assertThat(missing).isEmpty();
    }

    private static boolean isOfLibrary(String type) {
        return PACKAGES.stream().anyMatch(type::startsWith);
    }

    private void load(String name, ClassLoader oldest) {
        try {
            Class.forName(name, false, oldest);
        } catch (ClassNotFoundException | LinkageError e) {
            missing.add(name);
        }
    }

    private void look(JavaAccess<?> access, ClassLoader oldest) {
        AccessTarget target = access.getTarget();
        try {
            Class<?> owner = Class.forName(target.getOwner().getName(), false, oldest);
            boolean there = target instanceof FieldAccessTarget
                    ? Arrays.stream(owner.getFields())
                            .anyMatch(field -> field.getName().equals(target.getName()))
                    : has(owner, (CodeUnitAccessTarget) target);
            if (!there) {
                missing.add(access.getDescription());
            }
        } catch (ClassNotFoundException | LinkageError e) {
            missing.add(access.getDescription());
        }
    }

    private static boolean has(Class<?> type, CodeUnitAccessTarget target) {
        Stream<? extends Executable> members = target.getName().equals("<init>")
                ? Arrays.stream(type.getDeclaredConstructors())
                : Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.getName().equals(target.getName()));
        return members.anyMatch(member -> signature(member).equals(signature(target)))
                || Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
                        .anyMatch(parent -> has(parent, target))
                || type.isInterface() && has(Object.class, target);
    }

    private static String signature(Executable member) {
        Class<?> returned = member instanceof Method method ? method.getReturnType() : void.class;
        return Arrays.stream(member.getParameterTypes()).map(Class::getName).toList() + returned.getName();
    }

    private static String signature(CodeUnitAccessTarget target) {
        return target.getRawParameterTypes().stream().map(JavaClass::getName).toList()
                + target.getRawReturnType().getName();
    }
}
