package dev.parley.account;

import java.net.URI;
import java.net.URISyntaxException;

/** Which pictures elsewhere a profile may point at: http and https, so that no client runs a script from one. */
final class WebAddress {

    private static final int MAX_LENGTH = 2_048;

    private WebAddress() {
    }

    static boolean isValid(String url) {
        try {
            URI uri = new URI(url);
            return url.length() <= MAX_LENGTH && uri.getHost() != null && uri.getRawUserInfo() == null
                    && ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
