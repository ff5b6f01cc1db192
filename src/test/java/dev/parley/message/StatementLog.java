package dev.parley.message;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.hibernate.resource.jdbc.spi.StatementInspector;

import io.quarkus.hibernate.orm.PersistenceUnitExtension;

/** What Hibernate really asks the database, so that plans can be looked at. */
@PersistenceUnitExtension
public class StatementLog implements StatementInspector {

    private static final long serialVersionUID = 1L;
    private static final List<String> HEARD = new CopyOnWriteArrayList<>();
    private static volatile boolean listening;

    /** The statements of one action about messages. */
    static List<String> during(Runnable action) {
        HEARD.clear();
        listening = true;
        try {
            action.run();
        } finally {
            listening = false;
        }
        return List.copyOf(HEARD);
    }

    @Override
    public String inspect(String sql) {
        if (listening) {
            HEARD.add(sql);
        }
        return sql;
    }
}
