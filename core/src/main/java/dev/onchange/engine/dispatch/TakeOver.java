package dev.onchange.engine.dispatch;

import reactor.core.publisher.MonoSink;

/**
 * Another stream is to go on from where the present one has come.
 *
 * @param joining is run when it does, while no change is routed
 */
record TakeOver(StreamSubscription following, Runnable joining, MonoSink<Void> caller) {}
