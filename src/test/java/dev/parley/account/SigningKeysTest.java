package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Sql;
import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class SigningKeysTest {

    private record Keys(String token, String url) {
    }

    @Inject
    AgroalDataSource database;

    @Inject
    AuthSettings settings;

    @Test
    void instancesThatStartForTheFirstTimeAtOnceAgreeOnTheKeys() throws Exception {
        new Sql(database).change("delete from service_keys");
        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<Keys> instance = () -> {
                SigningKeys keys = new SigningKeys(database, settings);
                keys.load(new StartupEvent());
                assertThat(keys.urlKey()).hasSize(32);
                return new Keys(keys.id(), java.util.HexFormat.of().formatHex(keys.urlKey()));
            };
            var seen = threads.invokeAll(Collections.nCopies(8, instance)).stream().map(done -> done.resultNow()).toList();
            assertThat(seen.stream().distinct()).hasSize(1);
        }
    }
}
