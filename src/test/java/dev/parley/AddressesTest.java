package dev.parley;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;

class AddressesTest {

    @ParameterizedTest
    @ValueSource(strings = { "https://chat.example.org", "HTTPS://Chat.example.org/", "http://localhost:8080",
            "http://[::1]:8080",
            "http://my_app:8080", "https://example.org/chat" })
    void anAddressIsABase(String url) {
        assertThatCode(() -> Addresses.requireBase(url)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = { "chat.example.org", "chat.example.org:8080", "//chat.example.org", "ftp://chat.example.org",
            "https://",
            "https:///chat", "https://:8080", "https://ada@chat.example.org", "https://chat.example.org?a=b",
            "https://chat.example.org#a", " https://chat.example.org", "https://chat.example.org,https://example.org" })
    void anythingElseIsNoBase(String url) {
        assertThatThrownBy(() -> Addresses.requireBase(url)).isInstanceOf(ConfigurationException.class)
                .hasMessage("parley.base-url must be an address such as https://chat.example.org, not \"" + url + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://chat.example.org", "https://other.example:8443", "http://[::1]:8080",
            "capacitor://localhost",
            "*" })
    void anAddressWithoutAPathIsAnOriginAndOneStarAll(String origin) {
        assertThatCode(() -> Addresses.requireOrigin(origin)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = { "chat.example.org", "https://chat.example.org/", "https://chat.example.org/app",
            "https://*.example.org",
            " https://chat.example.org", "localhost:8080", "null", "/", "/.*/",
            "/https://([a-z]+\\.)?example\\.org/" })
    void anythingElseIsNoOrigin(String origin) {
        assertThatThrownBy(() -> Addresses.requireOrigin(origin)).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("parley.origins must be").hasMessageEndingWith("not \"" + origin + "\"");
    }

    @Test
    void eachOriginIsLookedAtAndNoneNeedBeSet() {
        assertThatCode(() -> Addresses.refuseWrongOnes(new StartupEvent(), Optional.empty(), Optional.empty()))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Addresses.refuseWrongOnes(new StartupEvent(), Optional.empty(),
                Optional.of(List.of("https://app.example", "app.example")))).hasMessageEndingWith("not \"app.example\"");
    }
}
