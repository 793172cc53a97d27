package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.console.Access;
import dev.onchange.console.Console;
import dev.onchange.console.PayloadView;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the page of the console says is compiled and run. */
@OnChangeTest
class ConsolePageTest {

    private static final Path PAGE = Path.of("..", "docs", "console.md");

    private static final Pattern SHELL = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    @Test
    void the_calls_by_curl_succeed() throws IOException, InterruptedException {
        Console console = Console.on(0);
        listening.start(listening.builder(new LowStock()).console(console));
        String script = SHELL.matcher(Files.readString(page()))
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining("\n", "set -eu\n", "\necho all done\n"));

        ProcessBuilder shell = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true);
        shell.environment().put("CONSOLE", "http://" + console.url().getAuthority());
        shell.environment().put("TOKEN", console.url().getQuery().substring("token=".length()));
        Process run = shell.start();
        String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(run.waitFor()).as("curl is needed: " + output).isZero();
        assertThat(output).contains("\"health\": \"UP\"", "\"job\": ", "\"discarded\": 0", "@OnChange(", "all done");
    }

    /** Maven runs this in its module, other tools may run it in that of the core. */
    private static Path page() {
        return Files.exists(PAGE) ? PAGE : Path.of("docs", "console.md");
    }

    @SuppressWarnings("unused") // compiled, as the page shows it
    private static ChangeListeners first(String uri) {
        return ChangeListeners.builder(uri)
                .database("shop")
                .handlers(new Inventory())
                .console(Console.on(8091))
                .start();
    }

    @SuppressWarnings("unused") // compiled, as the page shows it
    private static ChangeListenersBuilder open(ChangeListenersBuilder builder) {
        Console console = Console.on(8091)
                .address("0.0.0.0")
                .access(request ->
                        "10.0.0.7".equals(request.header("X-Forwarded-For")) ? Access.Level.READ : Access.Level.NONE)
                .allowedHosts("console.shop.example")
                .payloads(PayloadView.FULL)
                .redact("customer.email", "card");
        return builder.console(console);
    }

    static final class LowStock {

        @OnChange(id = "lowStock", collection = "inventory")
        void low() {}
    }
}
