package dev.onchange.console;

import dev.onchange.ChangeListeners;
import java.lang.module.ModuleDescriptor;
import java.util.Optional;

/** Who is looking, and at what. */
final class SessionResource {

    private final ConsoleSettings settings;
    private final StatusView status;
    private final RequestGuard guard;

    SessionResource(ConsoleSettings settings, StatusView status, RequestGuard guard) {
        this.settings = settings;
        this.status = status;
        this.guard = guard;
    }

    void addTo(ApiRoutes routes) {
        routes.get("session", this::session);
    }

    private ConsoleReply session(ApiCall call) {
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .put("access", call.level())
                        .put("csrf", guard.csrf(call.request()))
                        .put("payloads", settings.payloads())
                        .put("app", settings.application())
                        .put("instance", status.self().map(StatusView::nameOf).orElse(null))
                        .put("version", version())
                        .put("user", call.request().user())
                        .text());
    }

    private static String version() {
        Optional<String> ofModule = Optional.ofNullable(
                        ChangeListeners.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion);
        String ofJar = ChangeListeners.class.getPackage().getImplementationVersion();
        return ofModule.orElse(ofJar == null ? "development" : ofJar);
    }
}
