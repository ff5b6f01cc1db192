package dev.parley.documents;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Person;

/** A request as a document writes it: a line with method and target, headers, an empty line, a body. */
final class HttpSample {

    private static final Pattern REQUEST = Pattern.compile("([A-Z]+) (\\S+)\\n(?:Content-Type: (\\S+)\\n)?(?:\\n(.*))?",
            Pattern.DOTALL);

    private HttpSample() {
    }

    /** Sends it with somebody's token. */
    static Answer send(Person person, String sample) {
        Matcher request = REQUEST.matcher(sample);
        if (!request.matches()) {
            throw new IllegalArgumentException(sample);
        }
        String method = request.group(1);
        String target = request.group(2);
        String body = request.group(4);
        return body == null ? person.call(method, target, null, Map.of())
                : person.send(method, target, BodyPublishers.ofString(body.strip()), request.group(3));
    }
}
