package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.mongodb.autoconfigure.MongoReactiveAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.StandardMongoClientSettingsBuilderCustomizer;

/** Without Netty, which is not among the libraries of the tests. */
class BootSettingsTest {

    @Test
    void boots_customizer_of_netty_is_not_called_for_a_second_client() throws ClassNotFoundException {
        Class<?> ofNetty = Class.forName(
                MongoReactiveAutoConfiguration.class.getName() + "$NettyDriverMongoClientSettingsBuilderCustomizer",
                false,
                getClass().getClassLoader());

        assertThat(BootSettings.isForOneClient(ofNetty)).isTrue();
        assertThat(BootSettings.isForOneClient(StandardMongoClientSettingsBuilderCustomizer.class))
                .isFalse();
    }
}
