package dev.onchange.engine.plugin;

import dev.onchange.OnChangeException;
import dev.onchange.engine.timing.Timing;
import dev.onchange.plugin.Plugins;
import dev.onchange.problem.ProblemCode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Follows a folder: jars that come are added, those that change replaced, those that go removed. It looks from time to
 * time instead of being told, because not every file system tells. A jar is taken when it looks the same twice, or has
 * not been written for a while: one that is still being copied is left alone. It has gone when it is missing twice from a
 * folder that can be read: plug-ins stay while the folder itself is missing, as a share may be for a moment. What fails for
 * lack of the server is tried again.
 */
public final class PluginDirectory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

    /** Files whose clock is ahead of ours would never ripen. */
    private static final int MOST_LOOKS_AT_START = 20;

    /** What is no fault of a jar, and may pass. */
    private static final Set<ProblemCode> OF_THE_SERVER =
            EnumSet.range(ProblemCode.SERVER_UNAVAILABLE, ProblemCode.DEAD_LETTERS_UNUSABLE);

    private final Path directory;
    private final Plugins plugins;
    private final Duration interval;
    private final Clock clock;
    private final Map<String, PluginFiles.Look> taken = new HashMap<>();
    private final Map<String, PluginFiles.Look> seen = new HashMap<>();
    private final Set<String> missed = new HashSet<>();
    private final Set<String> crowdedOut = new HashSet<>();
    private final PluginRetries repeats;
    private boolean readable = true;
    private @Nullable Disposable timer;
    private boolean closed;

    /**
     * @param interval from one look to the next
     * @param timing says when what failed is tried again
     */
    public PluginDirectory(Path directory, Plugins plugins, Duration interval, Timing timing) {
        this.directory = directory;
        this.plugins = plugins;
        this.interval = interval;
        this.clock = timing.clock();
        this.repeats = new PluginRetries(interval, timing);
    }

    /**
     * Takes the jars that are there, and follows the folder from then on. Returns when the first are listening or refused.
     *
     * @param scheduler whose threads may block
     */
    public void start(Scheduler scheduler) {
        for (int looks = 1; !look() && looks < MOST_LOOKS_AT_START; looks++) {
            Mono.delay(interval).block();
        }
        timer = scheduler.schedulePeriodically(
                this::lookAgain, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lookAgain() {
        try {
            look();
        } catch (RuntimeException | Error e) {
            // Thrown further, it would end the looking.
            LOG.warn("The plug-ins in {} could not be looked at; it is tried again", directory, e);
        }
    }

    /** Looks once; says whether all jars were whole. */
    synchronized boolean look() {
        if (closed) {
            return true;
        }
        Map<String, Path> there = read();
        if (there == null) {
            return true;
        }
        boolean changed = forgetGone(there);
        boolean whole = true;
        Set<String> tried = new HashSet<>();
        for (Map.Entry<String, Path> each : there.entrySet()) {
            Ripeness ripeness = ripeness(each.getKey(), each.getValue());
            whole &= ripeness != Ripeness.UNRIPE;
            if (ripeness == Ripeness.RIPE) {
                tried.add(each.getKey());
                take(each.getKey(), each.getValue());
            }
        }
        if (changed || !tried.isEmpty()) {
            // Perhaps what had their ids has gone.
            there.entrySet().stream()
                    .filter(each -> crowdedOut.contains(each.getKey()) && !tried.contains(each.getKey()))
                    .toList()
                    .forEach(each -> take(each.getKey(), each.getValue()));
        }
        return whole;
    }

    /** The jars by the names of their plug-ins; null if the folder cannot be read. */
    private @Nullable Map<String, Path> read() {
        Map<String, Path> there = new HashMap<>();
        try {
            for (Path jar : PluginFiles.jarsIn(directory)) {
                there.put(PluginFiles.nameOf(jar), jar);
            }
        } catch (IOException | DirectoryIteratorException e) {
            if (readable) {
                readable = false;
                LOG.warn("The folder {} cannot be read; the plug-ins that it had go on until it can", directory, e);
            }
            return null;
        }
        readable = true;
        return there;
    }

    private boolean forgetGone(Map<String, Path> there) {
        boolean changed = false;
        missed.removeAll(there.keySet());
        for (String name : List.copyOf(taken.keySet())) {
            if (!there.containsKey(name) && !missed.add(name) && repeats.isDue(name)) {
                changed |= forget(name);
            }
        }
        return changed;
    }

    private enum Ripeness {
        TAKEN,
        RIPE,
        UNRIPE
    }

    private Ripeness ripeness(String name, Path jar) {
        try {
            PluginFiles.Look now = PluginFiles.of(jar).look();
            if (now.equals(taken.get(name))) {
                return repeats.hasBegun(name) && repeats.isDue(name) ? Ripeness.RIPE : Ripeness.TAKEN;
            }
            PluginFiles.Look before = seen.put(name, now);
            boolean old = now.newest().plus(interval).plus(interval).isBefore(clock.instant());
            if (now.equals(before) || old) {
                taken.put(name, now);
                return Ripeness.RIPE;
            }
            return Ripeness.UNRIPE;
        } catch (IOException goneOrUnreadable) {
            LOG.debug("{} cannot be looked at now", jar, goneOrUnreadable);
            return Ripeness.UNRIPE;
        }
    }

    private void take(String name, Path jar) {
        crowdedOut.remove(name);
        try {
            if (has(name)) {
                plugins.replace(jar);
            } else {
                plugins.add(jar);
            }
            repeats.end(name);
        } catch (OnChangeException told) {
            if (told.problems().stream().allMatch(problem -> OF_THE_SERVER.contains(problem.code()))) {
                repeats.later(name);
                return;
            }
            repeats.end(name);
            if (told.problems().stream().anyMatch(problem -> problem.code() == ProblemCode.DUPLICATE_ID)) {
                crowdedOut.add(name);
            }
        }
    }

    private boolean forget(String name) {
        try {
            if (has(name)) {
                plugins.remove(name);
            }
        } catch (RuntimeException e) {
            LOG.warn("The plug-in {} has gone, but cannot be removed now; it is tried again", name, e);
            repeats.later(name);
            return false;
        }
        repeats.end(name);
        missed.remove(name);
        taken.remove(name);
        seen.remove(name);
        crowdedOut.remove(name);
        return true;
    }

    /** Whether there is a plug-in of a name, be it refused. */
    private boolean has(String name) {
        return plugins.status().stream().anyMatch(plugin -> plugin.name().equals(name));
    }

    /** Follows no longer; the plug-ins stay. Waits for what is being exchanged, which must not be interrupted. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        if (timer != null) {
            timer.dispose();
        }
    }
}
