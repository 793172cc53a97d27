package dev.onchange.examples.search;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.bson.Document;

/** A Lucene index in a folder, with one document for each of the collection. */
final class SearchIndex implements AutoCloseable {

    static final String KEY = "key";
    static final String NAME = "name";
    static final String SOURCE = "source";

    private final Directory directory;
    private final IndexWriter writer;

    SearchIndex(Path folder) throws IOException {
        this.directory = FSDirectory.open(folder);
        this.writer = new IndexWriter(directory, new IndexWriterConfig(new StandardAnalyzer()));
        commit(); // an empty index can be searched, too
    }

    /** Takes the place of the version that is there, if any. */
    void put(String key, Document product) throws IOException {
        org.apache.lucene.document.Document entry = new org.apache.lucene.document.Document();
        entry.add(new StringField(KEY, key, Store.YES));
        entry.add(new TextField(NAME, product.getString(NAME), Store.NO));
        entry.add(new StoredField(SOURCE, product.toJson()));
        writer.updateDocument(new Term(KEY, key), entry);
    }

    void remove(String key) throws IOException {
        writer.deleteDocuments(new Term(KEY, key));
    }

    /** What was put and removed is on the disk when it returns, whatever happens to the process then. */
    void commit() throws IOException {
        writer.commit();
    }

    @Override
    public void close() throws IOException {
        writer.close();
        directory.close();
    }
}
