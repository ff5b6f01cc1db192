package dev.parley.connection;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import io.quarkus.arc.Unremovable;

/**
 * Keeps of what proxies say of the client ({@code X-Forwarded-For}; {@code Forwarded}, RFC 7239) what the nearest of them
 * added. The framework goes by the first element, which behind a proxy that appends is whatever the client wrote, and
 * looks at it before any route or filter.
 */
@Singleton
@Unremovable
class NearestProxies {

    private static final Pattern FOR = Pattern.compile("(?i)\\bfor=\"?([^;,\"]*)\"?");

    private final boolean believed;
    private final int proxies;

    NearestProxies(@ConfigProperty(name = "quarkus.http.proxy.proxy-address-forwarding") boolean believed,
            ProxySettings settings) {
        this.believed = believed;
        this.proxies = settings.count();
    }

    /** Of a request's head. */
    void clean(HttpHeaders headers) {
        if (believed) {
            keep(headers, "X-Forwarded-For", NearestProxies::address);
            keep(headers, "Forwarded",
                    element -> FOR.matcher(element)
                            .replaceAll(given -> Matcher.quoteReplacement(forwarded(address(given.group(1).strip())))));
        }
    }

    private void keep(HttpHeaders headers, String name, UnaryOperator<String> reading) {
        List<String> lines = headers.getAll(name);
        if (!lines.isEmpty()) {
            String kept = reading.apply(nearest(lines, proxies));
            if (kept.isEmpty()) {
                headers.remove(name);
            } else {
                headers.set(name, kept);
            }
        }
    }

    /** Of all elements that are not empty, the one so far from the right, or the leftmost; empty when there is none. */
    static String nearest(List<String> lines, int proxies) {
        List<String> elements = lines.stream().flatMap(line -> Arrays.stream(line.split(","))).map(String::strip)
                .filter(Predicate.not(String::isEmpty)).toList();
        return elements.isEmpty() ? "" : elements.get(Math.max(0, elements.size() - proxies));
    }

    /** An address of IPv6 in quotes and brackets (RFC 7239, 6). */
    private static String forwarded(String address) {
        return address.indexOf(':') < 0 ? "for=" + address : "for=\"[" + address + "]\"";
    }

    /** Without a port; empty when it is none, at which the framework would fail. */
    static String address(String element) {
        boolean bracketed = element.startsWith("[") && element.contains("]");
        boolean port = element.indexOf(':') >= 0 && element.indexOf(':') == element.lastIndexOf(':');
        String bare = bracketed ? element.substring(1, element.indexOf(']'))
                : port ? element.substring(0, element.indexOf(':')) : element;
        return bare.indexOf('%') < 0 && (NetUtil.isValidIpV4Address(bare) || NetUtil.isValidIpV6Address(bare)) ? bare : "";
    }
}
