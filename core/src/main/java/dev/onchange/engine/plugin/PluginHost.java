package dev.onchange.engine.plugin;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.status.ListenerEvent;
import java.util.Collection;
import java.util.List;

/** What plug-ins need of the listeners. Exchanges do not overlap. */
public interface PluginHost {

    /** The client of the listeners. */
    MongoClient client();

    /** The database of handlers that name none; empty if there is none. */
    String database();

    /**
     * Lets the handlers of a plug-in take part in place of others, which finish what is in flight. Handlers of the same
     * id go on where those stood; positions of the others are kept.
     *
     * @param leaving ids of handlers
     * @return the ids of the plug-in's handlers
     * @throws dev.onchange.OnChangeException why the plug-in is refused; then nothing has changed
     */
    List<String> exchange(Collection<String> leaving, PluginCode arriving);

    /** Lets handlers take part no longer, after they have finished what is in flight; their positions are kept. */
    void remove(Collection<String> leaving);

    /** Tells the user. */
    void tell(ListenerEvent event);
}
