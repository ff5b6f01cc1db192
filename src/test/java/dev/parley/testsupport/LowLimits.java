package dev.parley.testsupport;

import java.util.HashMap;
import java.util.Map;

import io.quarkus.test.junit.QuarkusTestProfile;

/**
 * Limits that a test can reach, little patience, and pages of other origins: one profile for all of them, since each costs
 * another start of the application.
 */
public class LowLimits implements QuarkusTestProfile {

    public static final int SOCKETS = 20;
    public static final int FRAMES = 200;
    public static final int MESSAGES = 40;
    public static final int ROOMS = 20;
    public static final int MEMBERS = 100;
    public static final int UPLOADS = 12;
    public static final int CONNECTIONS = 200;
    /** More than all tests with these limits register from their own address. */
    public static final int REGISTRATIONS = 30;
    public static final int FAILURES = 3;
    /** More than all tests with these limits log in from one address. */
    public static final int LOGINS = 100;

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>();
        // Of the first, browsers write neither the capitals nor the port.
        settings.put("parley.origins", "https://App.Example:443,https://other.example:8443");
        settings.put("parley.sockets.per-user", Integer.toString(SOCKETS));
        settings.put("parley.sockets.silence", "3s");
        settings.put("parley.sockets.burst", Integer.toString(FRAMES));
        settings.put("parley.sockets.frames-per-second", "1");
        settings.put("parley.rates.messages", Integer.toString(MESSAGES));
        settings.put("parley.rates.rooms", Integer.toString(ROOMS));
        settings.put("parley.rates.members", Integer.toString(MEMBERS));
        settings.put("parley.rates.uploads", Integer.toString(UPLOADS));
        settings.put("parley.connections.limit", Integer.toString(CONNECTIONS));
        settings.put("quarkus.http.read-timeout", "2s");
        settings.put("parley.auth.registrations", Integer.toString(REGISTRATIONS));
        // So that hardly any come back while a test uses them up.
        settings.put("parley.auth.registrations-per", "10h");
        settings.put("parley.auth.logins", Integer.toString(LOGINS));
        settings.put("parley.auth.logins-per", "10h");
        settings.put("parley.auth.failures", Integer.toString(FAILURES));
        // Tests name the address that they come from.
        settings.put("quarkus.http.proxy.proxy-address-forwarding", "true");
        return settings;
    }
}
