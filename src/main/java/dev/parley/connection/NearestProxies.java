package dev.parley.connection;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.NetUtil;
import io.quarkus.arc.Unremovable;

/**
 * Keeps of what proxies say of the client ({@code X-Forwarded-For}; {@code Forwarded}, RFC 7239) what the nearest of them
 * added. The framework goes by the first element, which behind a proxy that appends is whatever the client wrote, and
 * looks at it before any route or filter.
 */
@Singleton
@Unremovable
@Sharable
class NearestProxies extends ChannelInboundHandlerAdapter {

    private static final Pattern FOR = Pattern.compile("(?i)\\bfor=\"?([^;,\"]*)\"?");

    private final boolean believed;
    private final int proxies;

    NearestProxies(@ConfigProperty(name = "quarkus.http.proxy.proxy-address-forwarding") boolean believed,
            ProxySettings settings) {
        this.believed = believed;
        this.proxies = settings.count();
    }

    /** A connection that was just accepted. */
    void accept(Channel channel) {
        if (believed) {
            channel.pipeline().addLast(new Installer());
        }
    }

    /** At the first byte, since the framework's handlers come after a connection was accepted. */
    private final class Installer extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (ctx.pipeline().get(BodyTap.FRAMEWORK) != null) {
                ctx.pipeline().addBefore(BodyTap.FRAMEWORK, null, NearestProxies.this);
                ctx.pipeline().remove(this);
            }
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            forget(request.headers());
        }
        ctx.fireChannelRead(message);
    }

    private void forget(HttpHeaders headers) {
        keep(headers, "X-Forwarded-For", NearestProxies::address);
        keep(headers, "Forwarded",
                element -> FOR.matcher(element).replaceAll(given -> "for=" + address(given.group(1).strip())));
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

    /** Without a port; empty when it is none, at which the framework would fail. */
    static String address(String element) {
        boolean bracketed = element.startsWith("[") && element.contains("]");
        boolean port = element.indexOf(':') >= 0 && element.indexOf(':') == element.lastIndexOf(':');
        String bare = bracketed ? element.substring(1, element.indexOf(']'))
                : port ? element.substring(0, element.indexOf(':')) : element;
        return NetUtil.isValidIpV4Address(bare) || NetUtil.isValidIpV6Address(bare) ? bare : "";
    }
}
