package dev.onchange.scan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;

/**
 * What the server is to attach to events, and which events it reports.
 *
 * @param fullDocument the document after an update
 * @param fullDocumentBeforeChange the document before the change
 * @param expandedEvents whether {@code create}, {@code createIndexes}, {@code modify} and the like are reported
 */
public record DocumentOptions(
        FullDocument fullDocument, FullDocumentBeforeChange fullDocumentBeforeChange, boolean expandedEvents) {}
