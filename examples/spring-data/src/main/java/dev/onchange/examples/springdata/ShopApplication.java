package dev.onchange.examples.springdata;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A shop with repositories of Spring Data. */
@SpringBootApplication
public class ShopApplication {

    public static void main(String[] args) {
        start(args);
    }

    static ConfigurableApplicationContext start(String... args) {
        return SpringApplication.run(ShopApplication.class, args);
    }
}
