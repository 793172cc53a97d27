package dev.onchange.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientSettings;
import dev.onchange.ChangeEvent;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import org.awaitility.Awaitility;
import org.bson.codecs.configuration.CodecRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plug-in's payload classes can be collected once its decoder is gone, whatever the client's registry has seen. */
class UnloadingTest {

    private static final CodecRegistry CLIENT = MongoClientSettings.getDefaultCodecRegistry();

    public record PublicItem(int qty) {}

    record HiddenItem(int qty) {}

    public static class Bean {
        public int qty;
    }

    @ParameterizedTest
    @ValueSource(classes = {PublicItem.class, HiddenItem.class, Bean.class})
    void payload_classes_are_collected_with_their_decoder(Class<?> template) throws Exception {
        EventDecoder host = new EventDecoder(CLIENT);
        Change change = host.change(Changes.insert("{qty: 3}"));

        WeakReference<Class<?>> plugged = decodeInPlugIn(change, template);

        Awaitility.await().until(() -> {
            System.gc();
            return plugged.get() == null;
        });
        assertThat(change.event(template).fullDocument()).isNotNull();
    }

    private static WeakReference<Class<?>> decodeInPlugIn(Change change, Class<?> template) throws Exception {
        Class<?> plugged = new PlugInLoader().loadClass(template.getName());
        assertThat(plugged).isNotSameAs(template);
        Payload<?> payload = new EventDecoder(CLIENT).payload(plugged);
        // The change is the host's and may be kept; the plug-in's view of it is let go with the plug-in's handler.
        ChangeEvent<?> event = new EventDecoder(CLIENT).change(change.raw()).event(payload);
        assertThat(event.fullDocument()).isInstanceOf(plugged);
        return new WeakReference<>(plugged);
    }

    /** Defines these classes anew, as the loader of a plug-in's jar does. */
    private static final class PlugInLoader extends ClassLoader {

        PlugInLoader() {
            super(UnloadingTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(UnloadingTest.class.getName())) {
                return super.loadClass(name, resolve);
            }
            if (findLoadedClass(name) != null) {
                return findLoadedClass(name);
            }
            try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
