package dev.onchange.localmongo;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;

/** Says which server is used, where the user sees it: without a logging library, on standard error. */
final class Announcement {

    private static final Logger LOG = LoggerFactory.getLogger(LocalMongo.class);

    private Announcement() {}

    static void make(String line) {
        if (LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory) {
            System.getLogger(LocalMongo.class.getName()).log(System.Logger.Level.INFO, line);
        } else {
            LOG.info(line);
        }
    }
}
