package dev.onchange.examples.springboot;

import dev.onchange.localmongo.LocalMongo;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A shop as a Spring Boot application. Nothing here says that there are change listeners: the beans do.
 *
 * <p>It uses the server that the environment variable {@code MONGODB_URI} names, else one of its own, lets a day pass,
 * prints what happened, and ends.
 */
@SpringBootApplication
public class ShopApplication {

    public static void main(String[] args) {
        try (LocalMongo mongo = LocalMongo.start();
                ConfigurableApplicationContext app = start(mongo.connectionString())) {
            app.getBean(Day.class).pass();
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
