package dev.onchange;

import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import dev.onchange.engine.EngineConfiguration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/** Holds the order of the packages, which is the way of a change, and the habits that keep it testable. */
@AnalyzeClasses(packages = "dev.onchange", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.onchange";

    private static final String ENGINE = ROOT + ".engine";

    /**
     * The packages of the engine in the order of a change's way, the ground packages first. A package uses those to its
     * left only: neither interface nor record nor enum may be used from the left.
     */
    private static final List<String> WAY = List.of(
            "bson",
            "timing",
            "message",
            "cluster",
            "scan",
            "match",
            "plan",
            "check",
            "stream",
            "lookup",
            "snapshot",
            "decode",
            "dispatch",
            "invoke",
            "retry",
            "transaction",
            "deadletter",
            "checkpoint",
            "plugin",
            "");

    /** Of the exported packages other than the root, those that use the engine, with the packages that they use. */
    private static final Map<String, Set<String>> EXPORTED_OVER_THE_ENGINE = Map.of(
            // its failures are worded as the catalogue words those of a server; its writes come one after the other
            "checkpoint", Set.of("message", "timing"),
            // keys of documents are equal as the server compares them
            "deadletter", Set.of("bson"),
            // tells containers which classes have handlers; words what is wrong with a constructor
            "inject", Set.of("message", "scan"));

    /** Of the root package, what makes the engine: only adapters use it; the engine takes the name for its logs. */
    private static final Set<String> STARTING = Set.of("ChangeListeners", "ChangeListenersBuilder", "HandlerBuilder");

    /** Knowing what users may know, known to nobody. */
    private static final Set<String> ADAPTERS = Set.of("spring", "cdi", "guice", "micrometer", "console");

    /** An adapter that binds another one, by both names: a registry of meters, a door of the console. */
    private static final Set<String> ADAPTERS_OF_ADAPTERS = Set.of("spring -> micrometer", "spring -> console");

    /** An artifact of its own, which knows nothing of this one. */
    private static final String LOCAL_MONGO = "localmongo";

    /** What module-info exports to everyone. */
    private static final Set<String> EXPORTED = exported();

    @ArchTest
    static final ArchRule a_package_of_the_engine_uses_only_those_before_it = classes()
            .that(are(ArchitectureTest::isOfTheEngine, "of the engine"))
            .should(use("only what stands before them", ArchitectureTest::mayEngineUse));

    @ArchTest
    static final ArchRule exported_packages_use_the_engine_where_a_reason_is_listed = classes()
            .that(are(ArchitectureTest::isForUsers, "for users"))
            .should(use("the engine for a reason", ArchitectureTest::mayApiUse));

    @ArchTest
    static final ArchRule adapters_use_only_what_users_may_use = classes()
            .that(are(type -> ADAPTERS.contains(below(type)), "adapters"))
            .should(use("only public types of exported packages", ArchitectureTest::mayAdapterUse));

    @ArchTest
    static final ArchRule the_local_server_knows_nothing_of_listeners = classes()
            .that(are(type -> LOCAL_MONGO.equals(below(type)), "of the local server"))
            .should(use("nothing else", (origin, target) -> LOCAL_MONGO.equals(below(target))));

    @ArchTest
    static final ArchRule every_package_is_null_marked_and_named_after_what_it_is_about = classes()
            .should(liveInANullMarkedPackage())
            .andShould()
            .resideOutsideOfPackages("..util..", "..utils..", "..impl..", "..manager..", "..helper..", "..common..");

    @ArchTest
    static final ArchRule nothing_prints_but_the_program_that_runs_a_server = noClasses()
            .that(are(type -> !type.getSimpleName().equals("LocalMongo"), "no program"))
            .should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule nothing_waits_for_time_to_pass =
            noClasses().should().callMethodWhere(named(Thread.class, "sleep"));

    @ArchTest
    static final ArchRule time_is_java_time = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Date.class, Calendar.class, java.text.DateFormat.class, java.util.Timer.class);

    /** The algorithm of that stands in a module which small run-time images lack. */
    @ArchTest
    static final ArchRule chance_needs_no_further_module_of_the_jdk =
            noClasses().should().callMethodWhere(named(RandomGenerator.class, "getDefault"));

    @ArchTest
    static final ArchRule clocks_and_chance_come_in_from_outside = noClasses()
            .that(are(
                    type -> !LOCAL_MONGO.equals(below(type)) && !type.isEquivalentTo(EngineConfiguration.class),
                    "neither of the local server nor what users set"))
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Random.class, ThreadLocalRandom.class)
            .orShould(callMethodWhere(named(System.class, "currentTimeMillis")))
            .orShould(callMethodWhere(named(Math.class, "random")))
            .orShould(callMethodWhere(isNowWithoutClock()));

    @ArchTest
    static final ArchRule no_state_is_static = fields().that().areStatic().should(beFinalUnlessTheCompilerMadeThem());

    /** Not asked of the class loader, which would find a library's module-info first. */
    private static Set<String> exported() {
        URL classes = OnChange.class.getProtectionDomain().getCodeSource().getLocation();
        return ModuleFinder.of(Path.of(URI.create(classes.toString()))).find(ROOT).stream()
                .flatMap(module -> module.descriptor().exports().stream())
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
    }

    private static ArchCondition<JavaClass> use(String what, BiPredicate<JavaClass, JavaClass> allowed) {
        return new ArchCondition<>("use " + what) {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                    JavaClass target = outermost(dependency.getTargetClass().getBaseComponentType());
                    if (target.getPackageName().startsWith(ROOT) && !allowed.test(outermost(origin), target)) {
                        events.add(violated(origin, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean mayEngineUse(JavaClass origin, JavaClass target) {
        if (!isOfTheEngine(target)) {
            return isForUsers(target) && (!isStarting(target) || step(origin).isEmpty());
        }
        return place(target) <= place(origin);
    }

    private static boolean mayApiUse(JavaClass origin, JavaClass target) {
        if (isOfTheEngine(target)) {
            return below(origin).isEmpty()
                    || EXPORTED_OVER_THE_ENGINE
                            .getOrDefault(below(origin), Set.of())
                            .contains(step(target));
        }
        return isForUsers(target) && (!isStarting(target) || below(origin).isEmpty());
    }

    private static boolean mayAdapterUse(JavaClass origin, JavaClass target) {
        String from = below(origin);
        String to = below(target);
        if (ADAPTERS.contains(to)) {
            return from.equals(to) || ADAPTERS_OF_ADAPTERS.contains(from + " -> " + to);
        }
        return EXPORTED.contains(target.getPackageName())
                && target.getModifiers().contains(JavaModifier.PUBLIC);
    }

    private static boolean isOfTheEngine(JavaClass type) {
        return below(type).equals("engine");
    }

    private static boolean isForUsers(JavaClass type) {
        String below = below(type);
        return !below.equals("engine") && !below.equals(LOCAL_MONGO) && !ADAPTERS.contains(below);
    }

    private static boolean isStarting(JavaClass type) {
        return below(type).isEmpty() && STARTING.contains(type.getSimpleName());
    }

    /** The package below the root, without those nested in it; empty for the root. */
    private static String below(JavaClass type) {
        return firstPackage(type.getPackageName().substring(ROOT.length()));
    }

    /** The package below the engine, without those nested in it; empty for the engine's own. */
    private static String step(JavaClass type) {
        return firstPackage(type.getPackageName().substring(ENGINE.length()));
    }

    private static String firstPackage(String names) {
        return names.isEmpty() ? "" : names.substring(1).split("\\.", 2)[0];
    }

    private static int place(JavaClass type) {
        int place = WAY.indexOf(step(type));
        if (place < 0) {
            throw new AssertionError("The way does not say where " + type.getPackageName() + " stands");
        }
        return place;
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
        return new ArchCondition<>("live in a @NullMarked package") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(violated(type, type.getPackageName() + " has no package-info with @NullMarked"));
                }
            }
        };
    }

    private static DescribedPredicate<JavaMethodCall> named(Class<?> owner, String name) {
        return DescribedPredicate.describe(
                owner.getSimpleName() + "." + name,
                call -> call.getTargetOwner().isEquivalentTo(owner)
                        && call.getName().equals(name));
    }

    private static DescribedPredicate<JavaMethodCall> isNowWithoutClock() {
        return DescribedPredicate.describe(
                "now() without a clock",
                call -> call.getTargetOwner().getPackageName().equals("java.time")
                        && call.getName().equals("now")
                        && call.getTarget().getRawParameterTypes().isEmpty());
    }

    private static DescribedPredicate<JavaClass> are(Predicate<JavaClass> which, String description) {
        return DescribedPredicate.describe("are " + description, which::test);
    }

    private static ArchCondition<JavaField> beFinalUnlessTheCompilerMadeThem() {
        return new ArchCondition<>("be final") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                Set<JavaModifier> modifiers = field.getModifiers();
                if (!modifiers.contains(JavaModifier.FINAL) && !modifiers.contains(JavaModifier.SYNTHETIC)) {
                    events.add(violated(field, field.getFullName() + " is static and can change"));
                }
            }
        };
    }
}
