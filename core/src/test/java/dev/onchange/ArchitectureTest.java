package dev.onchange;

import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

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
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/** Holds the order of the packages, which is the journey of a change, and the habits that keep it testable. */
@AnalyzeClasses(packages = "dev.onchange", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.onchange";

    /** The journey: what stands to the right may know what stands to the left, not the other way round. */
    private static final List<String> JOURNEY = List.of(
            "scan", "match", "plan", "check", "stream", "lookup", "decode", "route", "invoke", "retry", "checkpoint");

    /** What users are told, by whoever knows it. */
    private static final String TOLD = "status";

    /** Known to all, knowing of each other those before. */
    private static final List<String> GROUND = List.of("problem", "inject");

    /** Knowing all, known to nobody. */
    private static final Set<String> EDGE = Set.of("testing");

    /** Knowing what users may know, known to nobody. */
    private static final Set<String> ADAPTERS = Set.of("spring", "cdi", "guice", "micrometer");

    /** What module-info exports to everyone. */
    private static final Set<String> EXPORTED = exported();

    @ArchTest
    static final ArchRule a_package_knows_those_before_it_and_of_those_behind_it_only_what_travels =
            classes().should(dependOnlyAsTheJourneyGoes());

    @ArchTest
    static final ArchRule every_package_is_null_marked_and_named_after_what_it_is_about = classes()
            .should(liveInANullMarkedPackage())
            .andShould()
            .resideOutsideOfPackages("..util..", "..utils..", "..impl..", "..manager..", "..helper..", "..common..");

    @ArchTest
    static final ArchRule nothing_prints = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule nothing_waits_for_time_to_pass =
            noClasses().should().callMethodWhere(named(Thread.class, "sleep"));

    @ArchTest
    static final ArchRule time_is_java_time = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Date.class, Calendar.class, java.text.DateFormat.class, java.util.Timer.class);

    @ArchTest
    static final ArchRule clocks_and_chance_come_in_from_outside = noClasses()
            .that(areNotAtTheEdge())
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

    private static ArchCondition<JavaClass> dependOnlyAsTheJourneyGoes() {
        return new ArchCondition<>("depend on others only as the journey goes") {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (target.getPackageName().startsWith(ROOT) && !mayDepend(outermost(origin), target)) {
                        events.add(violated(origin, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean mayDepend(JavaClass origin, JavaClass target) {
        String from = step(origin);
        String to = step(target);
        if (from.equals(to) && !from.isEmpty() || EDGE.contains(from) || composesTheJourney(origin)) {
            return true;
        }
        if (ADAPTERS.contains(from)) {
            return EXPORTED.contains(target.getPackageName())
                    && target.getModifiers().contains(JavaModifier.PUBLIC);
        }
        if (GROUND.contains(from) && !to.isEmpty()) {
            return GROUND.contains(to) && GROUND.indexOf(to) < GROUND.indexOf(from);
        }
        if (to.isEmpty()) {
            return !from.equals(GROUND.get(0)) && !composesTheJourney(outermost(target));
        }
        if (GROUND.contains(to)) {
            return true;
        }
        if (!JOURNEY.contains(to)) {
            return TOLD.equals(to) && travels(target);
        }
        boolean comesBefore = JOURNEY.contains(from) && JOURNEY.indexOf(to) < JOURNEY.indexOf(from);
        return comesBefore || travels(target);
    }

    /** The package below the root, without those nested in it; empty for the root. */
    private static String step(JavaClass type) {
        String below = type.getPackageName().substring(ROOT.length());
        return below.isEmpty() ? "" : below.substring(1).split("\\.", 2)[0];
    }

    /** Of the root package, all sees what users do not: its classes that are not public, and ChangeListeners. */
    private static boolean composesTheJourney(JavaClass type) {
        return step(type).isEmpty()
                && (type.getSimpleName().startsWith("ChangeListeners")
                        || !type.getModifiers().contains(JavaModifier.PUBLIC));
    }

    private static boolean travels(JavaClass type) {
        return type.isRecord() || type.isInterface() || type.isAssignableTo(Enum.class);
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

    private static DescribedPredicate<JavaClass> areNotAtTheEdge() {
        return DescribedPredicate.describe("are not at the edge", type -> !EDGE.contains(step(type)));
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
