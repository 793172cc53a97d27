package dev.onchange.testing;

import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.OnChanges;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The handlers that a test class and those around it name. */
record DeclaredHandlers(List<Object> objects, List<Class<?>> types, List<String> packages) {

    /** @param tests the test object, after those of the classes around it */
    static DeclaredHandlers of(List<Object> tests) {
        DeclaredHandlers declared = new DeclaredHandlers(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        tests.forEach(declared::add);
        return declared;
    }

    private void add(Object test) {
        OnChangeTest named = test.getClass().getAnnotation(OnChangeTest.class);
        if (named != null) {
            types.addAll(Arrays.asList(named.handlers()));
            packages.addAll(Arrays.asList(named.scan()));
        }
        TestFields.of(test).handlers().forEach(field -> objects.add(TestFields.get(field, test)));
        if (Arrays.stream(test.getClass().getDeclaredMethods()).anyMatch(DeclaredHandlers::isHandler)) {
            objects.add(test);
        }
    }

    boolean isEmpty() {
        return objects.isEmpty() && types.isEmpty() && packages.isEmpty();
    }

    ChangeListenersBuilder addTo(ChangeListenersBuilder builder) {
        return builder.handlers(objects.toArray())
                .types(types.toArray(Class<?>[]::new))
                .scan(packages.toArray(String[]::new));
    }

    private static boolean isHandler(Method method) {
        return method.isAnnotationPresent(OnChange.class) || method.isAnnotationPresent(OnChanges.class);
    }
}
