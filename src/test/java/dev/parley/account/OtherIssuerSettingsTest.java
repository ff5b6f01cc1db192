package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;

import jakarta.enterprise.inject.Instance;

import org.junit.jupiter.api.Test;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;

class OtherIssuerSettingsTest {

    @Test
    void aPublicKeyServesNeverAsASecret() {
        OtherIssuer symmetric = issuer(SignatureAlgorithm.HS256);
        assertThatThrownBy(symmetric::requireComplete).hasMessageContaining("must name an asymmetric algorithm");
        OtherIssuer both = issuer(SignatureAlgorithm.HS512, SignatureAlgorithm.RS256);
        both.requireComplete();
        assertThat(both.algorithms()).containsExactly("RS256");
    }

    @SuppressWarnings("unchecked")
    private static OtherIssuer issuer(SignatureAlgorithm... algorithms) {
        SmallRyeConfig config = new SmallRyeConfigBuilder().withSources(new PropertiesConfigSource(
                Map.of("mp.jwt.verify.publickey", "a key", "mp.jwt.verify.issuer", "https://issuer.example",
                        "mp.jwt.verify.audiences", "parley"),
                "of a test", 100)).build();
        JWTAuthContextInfo settings = new JWTAuthContextInfo();
        settings.setSignatureAlgorithm(Set.of(algorithms));
        return new OtherIssuer(config, (Instance<JWTAuthContextInfo>) Proxy.newProxyInstance(
                OtherIssuerSettingsTest.class.getClassLoader(), new Class<?>[] { Instance.class },
                (proxy, method, arguments) -> settings));
    }
}
