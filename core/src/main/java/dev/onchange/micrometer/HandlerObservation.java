package dev.onchange.micrometer;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** What is observed, and under which names. */
@SuppressWarnings("exports") // the framework is required where it is used
public enum HandlerObservation implements ObservationDocumentation {

    /** One attempt of a handler at a change, until what the handler returned has completed. */
    CALL {
        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultHandlerObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return Low.values();
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return High.values();
        }
    };

    /** Keys of few values, which become tags of meters too. */
    public enum Low implements KeyName {
        /** The handler's id, as the tag of {@link ListenersMeter}. */
        HANDLER("handler"),
        /** The name of the operation, as the server gave it. */
        OPERATION("operation");

        private final String key;

        Low(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }

    /** Keys of many values, which only traces have. */
    public enum High implements KeyName {
        /** Database and collection; {@code none} for a change without. A database may be a tenant's. */
        NAMESPACE("onchange.namespace"),
        /** The changed document's key as JSON; {@code none} for a change without. */
        DOCUMENT_KEY("onchange.document.key"),
        /** The {@code _data} of the resume token. */
        TOKEN("onchange.token"),
        /** Which attempt it is, from 1. */
        ATTEMPT("onchange.attempt"),
        /** How many changes the call has; the other keys are those of the first. */
        CHANGES("onchange.changes");

        private final String key;

        High(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }
}
