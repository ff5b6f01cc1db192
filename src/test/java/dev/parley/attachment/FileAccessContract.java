package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.account.SigningKeys;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;

/** Who may fetch a file, how, and with which headers it comes. */
abstract class FileAccessContract extends FilesScene {

    @Inject
    SigningKeys keys;

    private JsonNode message;
    private String id;
    private String bare;

    @BeforeEach
    void post() {
        message = posted(new Form().file(SampleFiles.get("photo.jpg")));
        id = message.at("/files_data/0/id").asText();
        bare = base + "api/files/" + id;
    }

    @Test
    void aSignedAddressNeedsNoHeaderAndATokenNeedsNoSignature() {
        assertThat(Fetch.get(url(ben)).body()).isEqualTo(sample("photo.jpg"));
        assertThat(Fetch.get(bare, "Authorization", "Bearer " + cleo.token).body()).isEqualTo(sample("photo.jpg"));
        assertRefusal(Fetch.get(bare), 401, "not_authenticated");
        assertRefusal(Fetch.get(bare, "Authorization", "Bearer nonsense"), 401, "not_authenticated");
        assertRefusal(Fetch.get(bare, "Authorization", "Bearer " + stranger.token), 404, "file_not_found");
        assertRefusal(Fetch.get(bare + "0", "Authorization", "Bearer " + ann.token), 404, "file_not_found");
        assertRefusal(Fetch.get(base + "api/files/..%2f..%2fetc%2fpasswd", "Authorization", "Bearer " + ann.token), 404,
                "");
    }

    @Test
    void aSignatureIsForOneFileOnePersonAndAWhile() {
        String good = url(ben);
        String other = posted(new Form().file(SampleFiles.get("photo.png"))).at("/files_data/0/id").asText();

        for (String bad : List.of(
                good.replace(id, other),
                good.replace("user=" + ben.id, "user=" + cleo.id),
                good.replace("user=" + ben.id, "user=x"),
                good.replace("user=" + ben.id + "&", ""),
                good.replaceAll("expires=\\d+", "expires=99999999999"),
                good.replaceAll("expires=\\d+", "expires="),
                good.replaceAll("expires=\\d+&", ""),
                good.replaceAll("signature=.", good.contains("signature=_") ? "signature=A" : "signature=_"),
                good + "A",
                good.substring(0, good.length() - 1),
                good.replaceAll("signature=.*", "signature=%C3%A4"))) {
            assertThat(Fetch.get(bad).status()).as(bad).isEqualTo(403);
            assertRefusal(Fetch.get(bad), 403, "bad_signature");
            // What a bad signature does not allow, a token next to it does not either.
            assertRefusal(Fetch.get(bad, "Authorization", "Bearer " + ann.token), 403, "bad_signature");
        }
        assertRefusal(Fetch.get(good.replaceAll("signature=.*", "signature=")), 401, "not_authenticated");
        long past = Instant.now().getEpochSecond() / (6 * 3600) * (6 * 3600);
        long future = past + 6 * 3600;
        assertThat(Fetch.get(bare + "?user=" + ben.id + "&expires=" + future + "&signature=" + signature(future)).status())
                .as("the control: this is how it is signed").isEqualTo(200);
        assertRefusal(Fetch.get(bare + "?user=" + ben.id + "&expires=" + past + "&signature=" + signature(past)), 403,
                "bad_signature");
        assertThat(Fetch.get(good).status()).isEqualTo(200);
    }

    @Test
    void whoWasRemovedCanFetchNothingMoreFromThatMoment() {
        String url = url(ben);
        assertThat(Fetch.get(url).status()).isEqualTo(200);

        ann.delete("/api/chat/rooms/" + room + "/members/" + ben.id).expect(204);

        assertRefusal(Fetch.get(url), 404, "file_not_found");
        assertRefusal(Fetch.get(url, "If-None-Match", "*"), 404, "file_not_found");
        assertRefusal(Fetch.get(url, "Range", "bytes=0-1"), 404, "file_not_found");
        assertRefusal(Fetch.get(bare, "Authorization", "Bearer " + ben.token), 404, "file_not_found");
        assertThat(Fetch.get(url(cleo)).status()).isEqualTo(200);

        ann.post("/api/chat/rooms/" + room + "/members", Map.of("user_ids", List.of(ben.id))).expect(200);
        assertThat(Fetch.get(url).status()).isEqualTo(200);
    }

    @Test
    void anAddressStaysTheSameForSomeHours() {
        String first = url(ben);

        assertThat(url(ben)).isEqualTo(first);
        long expires = Long.parseLong(first.replaceAll(".*expires=(\\d+).*", "$1"));
        long left = expires - Instant.now().getEpochSecond();
        assertThat(left).isBetween(6L * 3600 - 60, 12L * 3600);
        assertThat(expires % (6 * 3600)).isZero();
    }

    @Test
    void browsersRevalidateFetchPartsAndAskForHeadersAlone() {
        byte[] bytes = sample("photo.jpg");
        Fetch whole = Fetch.get(url(ben));
        String tag = whole.header("etag");
        assertThat(tag).as("strong, so that ranges can be put together").matches("\"[0-9a-f-]{36}\"");

        Fetch same = Fetch.get(url(ben), "If-None-Match", tag);
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.header("cache-control")).isEqualTo("private, no-cache");

        Fetch part = Fetch.get(url(ben), "Range", "bytes=10-19");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.header("content-range")).isEqualTo("bytes 10-19/" + bytes.length);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, 10, 20));
        assertThat(Fetch.get(url(ben), "Range", "bytes=-7").body())
                .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 7, bytes.length));

        Fetch beyond = Fetch.get(url(ben), "Range", "bytes=" + bytes.length + "-");
        assertRefusal(beyond, 416, "range_not_satisfiable");
        assertThat(beyond.header("content-range")).isEqualTo("bytes */" + bytes.length);

        Fetch head = Fetch.of("HEAD", url(ben));
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("content-length")).isEqualTo("" + bytes.length);
        assertThat(head.header("content-type")).isEqualTo("image/jpeg");
        assertThat(head.header("etag")).isEqualTo(tag);
        assertThat(Fetch.of("HEAD", bare).status()).isEqualTo(401);
        assertThat(Fetch.of("HEAD", url(ben) + "A").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({ "photo.jpg, image/jpeg, inline", "photo.bmp, image/bmp, inline", "clip.webm, video/webm, inline",
            "cbr.mp3, audio/mpeg, inline", "letter.pdf, application/pdf, inline",
            "letter.doc, application/msword, attachment",
            "notes.txt, text/plain, attachment", "empty.zip, application/zip, attachment" })
    void onlyWhatIsSafeIsShownInPlace(String name, String type, String disposition) {
        byte[] bytes = switch (name) {
            case "letter.pdf" -> utf8("%PDF-1.7\n<script>alert(1)</script>");
            case "letter.doc" -> null;
            case "notes.txt" -> utf8("some <script>alert(1)</script>");
            case "empty.zip" -> utf8("PK\u0005\u0006" + "\0".repeat(18));
            default -> sample(name);
        };
        JsonNode file = posted(bytes == null ? new Form().file(SampleFiles.get(name)) : new Form().file(name, bytes))
                .at("/files_data/0");
        Fetch served = Fetch.get(file.get("file_path").asText());

        assertThat(served.header("content-type")).startsWith(type);
        assertThat(served.header("content-disposition"))
                .isEqualTo(disposition + "; filename=\"" + name + "\"; filename*=UTF-8''" + name);
        assertThat(served.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(served.header("content-security-policy")).startsWith("sandbox; default-src 'none'");
        assertThat(served.header("cache-control")).isEqualTo("private, no-cache");
        assertThat(served.header("accept-ranges")).isEqualTo("bytes");
    }

    /** As the room shows it to this person. */
    private String url(Person person) {
        return person.get("/api/chat/rooms/" + room + "/messages").expect(200).at("/messages/0/files_data/0/file_path")
                .asText();
    }

    /** What the service itself would have signed, had it been asked then. */
    private String signature(long expires) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.urlKey(), "HmacSHA256"));
            return Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(mac.doFinal(utf8(id + "\n" + ben.id + "\n" + expires)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertRefusal(Fetch answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(new String(answer.body())).contains("\"code\":\"" + code);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    }
}
