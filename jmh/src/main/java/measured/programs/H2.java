package measured.programs;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** An SQL data base in memory: inserts, updates, joins and aggregates. */
final class H2 implements Program {

    private static final int CUSTOMERS = 300;
    private static final int ORDERS = 6_000;

    private final Connection connection;

    H2() throws SQLException {
        connection = DriverManager.getConnection("jdbc:h2:mem:");
        connection.setAutoCommit(false);
    }

    @Override
    public long run() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table customer (id int primary key, name varchar(40), city varchar(40))");
            statement.execute(
                    "create table purchase (id int primary key, customer int, cents bigint, note varchar(80))");
            statement.execute("create index by_customer on purchase (customer)");
            fill();
            long sum = ask(statement);
            statement.execute("drop table purchase");
            statement.execute("drop table customer");
            connection.commit();
            return sum;
        }
    }

    private void fill() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into customer values (?, ?, ?)")) {
            for (int i = 0; i < CUSTOMERS; i++) {
                insert.setInt(1, i);
                insert.setString(2, "customer " + i);
                insert.setString(3, "city " + i % 17);
                insert.executeUpdate();
            }
        }
        try (PreparedStatement insert = connection.prepareStatement("insert into purchase values (?, ?, ?, ?)")) {
            for (int i = 0; i < ORDERS; i++) {
                insert.setInt(1, i);
                insert.setInt(2, i * 31 % CUSTOMERS);
                insert.setLong(3, i * 7919L % 10_007);
                insert.setString(4, "note of order " + i);
                insert.executeUpdate();
            }
        }
        connection.commit();
    }

    private long ask(Statement statement) throws SQLException {
        long sum = 0;
        try (PreparedStatement orders =
                connection.prepareStatement("select id, cents, note from purchase where customer = ? order by cents")) {
            for (int i = 0; i < CUSTOMERS; i++) {
                orders.setInt(1, i);
                try (ResultSet rows = orders.executeQuery()) {
                    while (rows.next()) {
                        sum += rows.getLong(2) + rows.getString(3).length();
                    }
                }
            }
        }
        sum += statement.executeUpdate("update purchase set cents = cents + 1 where cents > 5000");
        try (ResultSet rows = statement.executeQuery("select c.city, sum(p.cents), count(*) from purchase p "
                + "join customer c on c.id = p.customer group by c.city order by c.city")) {
            while (rows.next()) {
                sum = sum * 31 % 1_000_003 + rows.getLong(2) + rows.getLong(3);
            }
        }
        return sum;
    }
}
