package measured.programs;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON there and back: objects to text, text to objects and to a tree. */
final class Jackson implements Program {

    private static final int ORDERS = 4_000;
    private static final TypeReference<List<Order>> ORDER_LIST = new TypeReference<>() {};

    private final ObjectMapper mapper = new ObjectMapper();
    private final List<Order> orders = orders();

    /** An order with its items. */
    public record Order(long id, String customer, List<Item> items, Map<String, String> notes, double total) {}

    /** One item. */
    public record Item(String article, int amount, double price) {}

    private static List<Order> orders() {
        List<Order> made = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            List<Item> items = new ArrayList<>();
            for (int k = 0; k <= i % 5; k++) {
                items.add(new Item("article " + (i * 7 + k), k + 1, i * 0.25));
            }
            Map<String, String> notes = new LinkedHashMap<>();
            notes.put("delivery", "door " + i % 10);
            notes.put("source", "shop");
            made.add(new Order(1_000_000_007L * i, "customer number " + i, items, notes, i * 1.5));
        }
        return made;
    }

    @Override
    public long run() throws IOException {
        byte[] text = mapper.writeValueAsBytes(orders);
        List<Order> read = mapper.readValue(text, ORDER_LIST);
        JsonNode tree = mapper.readTree(text);
        long sum = text.length + tree.size();
        for (Order order : read) {
            sum += order.id() + order.items().size();
        }
        return sum;
    }
}
