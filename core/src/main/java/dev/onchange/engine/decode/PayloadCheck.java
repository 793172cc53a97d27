package dev.onchange.engine.decode;

import dev.onchange.OnChangeException;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.problem.Problem;
import org.jspecify.annotations.Nullable;

/** Finds, before anything is opened, handlers whose payload type the codecs cannot decode. */
public final class PayloadCheck {

    private final EventDecoder decoder;

    public PayloadCheck(EventDecoder decoder) {
        this.decoder = decoder;
    }

    /** What is wrong with the handler's payload type; null if nothing is. */
    public @Nullable Problem check(HandlerSpec handler) {
        try {
            decoder.payload(handler);
            return null;
        } catch (OnChangeException e) {
            return e.problems().get(0);
        }
    }
}
