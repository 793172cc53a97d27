/**
 * The queue behind a handler's last attempt. {@link dev.onchange.engine.deadletter.DeadLetterQueue} stores changes that
 * could not be handled and parks later changes of the same document behind them;
 * {@link dev.onchange.engine.deadletter.Replayer} sends both back to the handler;
 * {@link dev.onchange.engine.deadletter.MongoDeadLetterStore} keeps them in MongoDB.
 */
@NullMarked
package dev.onchange.engine.deadletter;

import org.jspecify.annotations.NullMarked;
