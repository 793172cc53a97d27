package dev.onchange.examples.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

/** Reads an index as it was committed last, also while a process writes it. */
record Search(Path folder) {

    /** What was found. */
    record Found(long hits, List<String> best) {}

    /** Products with all these words in their name. */
    Found search(String words, int most) throws IOException {
        Query query = new QueryBuilder(new StandardAnalyzer()).createBooleanQuery(SearchIndex.NAME, words, Occur.MUST);
        try (Directory directory = FSDirectory.open(folder);
                DirectoryReader reader = DirectoryReader.open(directory)) {
            IndexSearcher searcher = new IndexSearcher(reader);
            TopDocs found = searcher.search(query, most);
            List<String> best = new ArrayList<>();
            for (ScoreDoc hit : found.scoreDocs) {
                best.add(searcher.storedFields().document(hit.doc).get(SearchIndex.SOURCE));
            }
            return new Found(found.totalHits.value, best);
        }
    }

    /** How many documents it has. */
    int count() throws IOException {
        try (Directory directory = FSDirectory.open(folder);
                DirectoryReader reader = DirectoryReader.open(directory)) {
            return reader.numDocs();
        }
    }

    /**
     * What the index has.
     *
     * @param count how many entries
     * @param sources the documents, by their key
     */
    record Entries(int count, Map<String, String> sources) {}

    Entries all() throws IOException {
        try (Directory directory = FSDirectory.open(folder);
                DirectoryReader reader = DirectoryReader.open(directory)) {
            IndexSearcher searcher = new IndexSearcher(reader);
            StoredFields stored = searcher.storedFields();
            Map<String, String> sources = new HashMap<>();
            for (ScoreDoc hit : searcher.search(new MatchAllDocsQuery(), Math.max(1, reader.numDocs())).scoreDocs) {
                Document entry = stored.document(hit.doc);
                sources.put(entry.get(SearchIndex.KEY), entry.get(SearchIndex.SOURCE));
            }
            return new Entries(reader.numDocs(), sources);
        }
    }
}
