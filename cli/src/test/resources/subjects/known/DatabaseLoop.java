package known;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Fills and queries a database in memory, and says how far it is, until its standard input ends. */
public final class DatabaseLoop {

    private DatabaseLoop() {}

    public static void main(String[] args) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:")) {
            connection.createStatement().execute("create table words (id int primary key, word varchar(40))");
            int rows = 0;
            while (System.in.available() == 0) {
                rows = fill(connection, rows);
                System.out.println("rows " + rows + " " + count(connection));
            }
        }
        System.out.println("done");
    }

    private static int fill(Connection connection, int first) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("merge into words values (?, ?)")) {
            for (int i = 0; i < 200; i++) {
                insert.setInt(1, (first + i) % 20_000);
                insert.setString(2, "word " + (first + i));
                insert.executeUpdate(); // insert
            }
        }
        return first + 200;
    }

    private static int count(Connection connection) throws SQLException, IOException {
        try (ResultSet found =
                connection.createStatement().executeQuery("select count(*) from words where word like '%9%'")) {
            found.next();
            return found.getInt(1);
        }
    }
}
