package dev.onchange.examples.benchmarks.micro;

import org.bson.RawBsonDocument;

/** Changes as a server sends them. */
final class Events {

    private Events() {}

    /** An insert into {@code shop.items0}. */
    static RawBsonDocument insert(String sku) {
        return RawBsonDocument.parse("""
                {
                  _id: { _data: '826B03A13A000000012B022C0100296E5A1004A1B2C3D4E5F6A7B8C9D0E1F2A3B4C546645F69640064' },
                  operationType: 'insert',
                  clusterTime: { $timestamp: { t: 1796083002, i: 1 } },
                  wallTime: { $date: '2026-12-01T00:00:00Z' },
                  fullDocument: {
                    _id: { $oid: '656f0a1b2c3d4e5f60718293' },
                    sku: '%s',
                    name: 'The thing with the number 17',
                    qty: 17,
                    price: 2.5,
                    changed: { $date: '2026-12-01T00:00:00Z' },
                    tags: ['red', 'large', 'sale'],
                    parts: [ { part: 'bolt', count: 4 }, { part: 'nut', count: 8 } ]
                  },
                  ns: { db: 'shop', coll: 'items0' },
                  documentKey: { _id: { $oid: '656f0a1b2c3d4e5f60718293' } }
                }""".formatted(sku));
    }
}
