package dev.onchange;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a Java program that a test starts. */
public final class JavaProgram {

    private JavaProgram() {}

    /** One with the class path of the tests, that begins with a third less of processor time than it needs by itself. */
    public static List<String> command(List<String> options, Class<?> main, String... arguments) {
        List<String> more = new ArrayList<>(ProgramClasses.options());
        more.addAll(options);
        return bare(more, main, arguments);
    }

    /** One with options that name a class path. */
    static List<String> bare(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // as the tests themselves: see the root pom
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote"));
        command.addAll(options);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }
}
