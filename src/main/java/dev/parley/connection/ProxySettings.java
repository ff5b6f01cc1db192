package dev.parley.connection;

import jakarta.validation.constraints.Min;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;

/** What stands in front. */
@ConfigMapping(prefix = "parley.proxies")
interface ProxySettings {

    /**
     * How many proxies stand in front, one behind the other, where {@code quarkus.http.proxy.proxy-address-forwarding} is set:
     * so many elements from the right of {@code X-Forwarded-For} is the client.
     */
    @WithParentName
    @WithDefault("1")
    @Min(1)
    int count();
}
