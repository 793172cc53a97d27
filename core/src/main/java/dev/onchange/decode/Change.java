package dev.onchange.decode;

import dev.onchange.ChangeEvent;
import dev.onchange.stream.RawChange;
import java.lang.reflect.Type;

/** One change on its way to the handlers it matches; decodes each payload type at most once, for all of them. */
public interface Change {

    /** As the server sent it. */
    RawChange raw();

    /** The event with payload type {@code payload}; the same object at each call with the same type. */
    ChangeEvent<?> event(Type payload);
}
