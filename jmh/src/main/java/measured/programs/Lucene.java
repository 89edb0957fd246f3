package measured.programs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/** A search engine: indexes texts into memory, then searches them. */
final class Lucene implements Program {

    private static final int DOCUMENTS = 1_500;
    private static final int WORDS = 80;
    private static final int QUERIES = 400;

    private final List<String> texts = texts();

    /** Words of a skewed distribution, the same ones each time. */
    private static List<String> texts() {
        SplittableRandom random = new SplittableRandom(42);
        List<String> made = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = 0; k < WORDS; k++) {
                text.append("word")
                        .append((int) (3_000 * Math.pow(random.nextDouble(), 3)))
                        .append(' ');
            }
            made.add(text.toString());
        }
        return made;
    }

    @Override
    public long run() throws IOException {
        try (Directory directory = new ByteBuffersDirectory()) {
            index(directory);
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                return search(new IndexSearcher(reader));
            }
        }
    }

    private void index(Directory directory) throws IOException {
        IndexWriterConfig config =
                new IndexWriterConfig(new StandardAnalyzer()).setMergeScheduler(new SerialMergeScheduler());
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < texts.size(); i++) {
                Document document = new Document();
                document.add(new StringField("id", Integer.toString(i), Field.Store.YES));
                document.add(new TextField("text", texts.get(i), Field.Store.YES));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
    }

    private static long search(IndexSearcher searcher) throws IOException {
        long sum = 0;
        for (int i = 0; i < QUERIES; i++) {
            BooleanQuery query = new BooleanQuery.Builder()
                    .add(new TermQuery(new Term("text", "word" + i)), BooleanClause.Occur.SHOULD)
                    .add(new TermQuery(new Term("text", "word" + i * 3)), BooleanClause.Occur.SHOULD)
                    .build();
            var hits = searcher.search(query, 10);
            for (var hit : hits.scoreDocs) {
                sum += searcher.storedFields().document(hit.doc).get("id").length() + hit.doc;
            }
        }
        return sum;
    }
}
