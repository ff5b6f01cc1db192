package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.junit.jupiter.api.Test;

import dev.parley.problem.Refusal;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class UsersTest {

    @Singleton
    static class Listener {
        final BlockingQueue<Long> changed = new LinkedBlockingQueue<>();

        void hear(@Observes UserChanged change) {
            changed.add(change.id());
        }
    }

    @Inject
    Users users;

    @Inject
    DataSource database;

    @Inject
    Listener listener;

    @Test
    void peopleAreReadByManyIdsAndThoseWhoAreNotThereAreLeftOut() {
        long ada = People.register("Ada").id();
        long bob = People.register("Bob").id();
        assertThat(users.get(List.of(bob, ada, ada, -1L))).containsOnlyKeys(ada, bob);
        assertThat(users.views(List.of(bob, -1L, ada)).keySet()).containsExactly(bob, ada);
        assertThat(users.get(ada).name()).isEqualTo("Ada");
        assertThatThrownBy(() -> users.get(-1)).isInstanceOf(Refusal.class).hasMessage("User not found");
    }

    /** Else somebody's old name would be shown for as long as what is known of people is kept. */
    @Test
    void whoChangedWhileBeingReadIsReadAgain() throws SQLException {
        long ada = People.register("Ada").id();
        users.forget(ada);
        try (Connection connection = database.getConnection()) {
            users.know(proxy(Connection.class, connection, "prepareStatement",
                    statement -> proxy(PreparedStatement.class, statement, "close", closed -> {
                        users.forget(ada);
                        return closed;
                    })), ada);
        }
        assertThat(users.cached(ada)).isNull();
    }

    private static <T> T proxy(Class<T> type, Object real, String watched, UnaryOperator<Object> then) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
            Object result = method.invoke(real, arguments);
            return method.getName().equals(watched) ? then.apply(result) : result;
        }));
    }

    @Test
    void whoIsMissingIsReadByTheConnectionThatIsThereAndNobodyElse() throws SQLException {
        long ada = People.register("Ada").id();
        long bob = People.register("Bob").id();
        users.forget(ada);
        Connection connection = database.getConnection();
        try {
            users.know(connection, ada, ada, -1);
            assertThat(users.cached(ada)).isNotNull().extracting(Profile::name).isEqualTo("Ada");
        } finally {
            connection.close();
        }
        users.forget(bob);
        assertThatThrownBy(() -> users.know(connection, bob)).isInstanceOf(SQLException.class);
        users.know(connection, ada);
    }

    @Test
    void aChangeIsHeardAfterItIsSeen() throws InterruptedException {
        var ada = People.register("Ada");
        assertThat(users.get(ada.id()).name()).isEqualTo("Ada");
        listener.changed.clear();
        ada.calls().contentType("application/json").body("{\"name\":\"Ada L\"}").patch("/api/auth/me").then()
                .statusCode(200);
        assertThat(listener.changed.take()).isEqualTo(ada.id());
        assertThat(users.get(ada.id()).name()).isEqualTo("Ada L");
    }
}
