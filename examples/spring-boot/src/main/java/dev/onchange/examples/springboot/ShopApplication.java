package dev.onchange.examples.springboot;

import dev.onchange.localmongo.LocalMongo;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Scanner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A shop as a Spring Boot application. Nothing here says that there are change listeners: the beans do.
 *
 * <p>It uses the server that the environment variable {@code MONGODB_URI} names, else one of its own, lets a day pass,
 * prints what happened, and ends; with {@code --stay} it stays open for a look at its console.
 */
@SpringBootApplication
public class ShopApplication {

    public static void main(String[] args) {
        try (LocalMongo mongo = LocalMongo.start();
                ConfigurableApplicationContext app = start(mongo.connectionString())) {
            app.getBean(Day.class).pass();
            if (List.of(args).contains("--stay")) {
                System.out.printf(
                        "The console is at http://127.0.0.1:%s/onchange/ for operator and support, whose passwords are their"
                                + " names. Enter ends.%n",
                        app.getEnvironment().getProperty("local.management.port"));
                new Scanner(System.in, Charset.defaultCharset()).nextLine();
            }
        }
        // Maven runs this in its own process and would wait for the driver's threads, which end when they like.
        System.exit(0);
    }

    static ConfigurableApplicationContext start(String uri, String... settings) {
        SpringApplication application = new SpringApplication(ShopApplication.class);
        return application.run(arguments(uri, settings));
    }

    private static String[] arguments(String uri, String... settings) {
        String[] arguments = new String[settings.length + 1];
        arguments[0] = "--spring.mongodb.uri=" + uri;
        for (int i = 0; i < settings.length; i++) {
            arguments[i + 1] = "--" + settings[i];
        }
        return arguments;
    }
}
