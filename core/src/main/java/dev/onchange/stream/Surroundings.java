package dev.onchange.stream;

import java.time.Clock;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;

/**
 * What streams take from outside.
 *
 * @param clock tells since when a stream is in its state
 * @param random shortens waits
 * @param scheduler waits; nothing that blocks runs on it
 */
public record Surroundings(Clock clock, RandomGenerator random, Scheduler scheduler) {}
