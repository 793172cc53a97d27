/**
 * Leads each raw change to the handlers whose filters it satisfies, in order per document, within bounds. The way of a
 * change: {@link dev.onchange.engine.dispatch.ChangeSubscriber} requests it from the stream as
 * {@link dev.onchange.engine.dispatch.BackpressureWindow} allows; {@link dev.onchange.engine.dispatch.Router} finds the
 * handlers; {@link dev.onchange.engine.dispatch.HandlerLanes} queues one {@link dev.onchange.engine.dispatch.Delivery} for
 * each; {@link dev.onchange.engine.dispatch.LaneRunner} hands it to the {@link dev.onchange.engine.dispatch.DeliveryHandler}
 * on a thread of {@link dev.onchange.engine.dispatch.Workers}, and does what the
 * {@link dev.onchange.engine.dispatch.Outcome} says. {@link dev.onchange.engine.dispatch.StreamDispatcher} is all that the
 * engine sees of it.
 */
@NullMarked
package dev.onchange.engine.dispatch;

import org.jspecify.annotations.NullMarked;
