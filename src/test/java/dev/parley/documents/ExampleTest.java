package dev.parley.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reads the documents and compares with them notices what it should. */
class ExampleTest {

    private static final String EXAMPLE = """
            {"id": 1, "at": "2024-01-01T12:00:00Z", "files": [{"name": "a", "url": "https://example.com/a"}], "none": null}
            """;

    @Test
    void whatAnAnswerHasMoreIsLeftToIt() {
        assertThatCode(() -> example().matches(Samples.json("""
                {"more": 1, "none": null, "files": [{"url": "http://localhost/b", "name": "a", "size": 1}],
                 "at": "2026-01-01T00:00:00.123Z", "id": 1}"""))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{'id':2,'at':'2026-01-01T00:00:00Z','files':[{'name':'a','url':'http://b/'}],'none':null}",
            "{'id':'1','at':'2026-01-01T00:00:00Z','files':[{'name':'a','url':'http://b/'}],'none':null}",
            "{'id':1,'at':'yesterday','files':[{'name':'a','url':'http://b/'}],'none':null}",
            "{'id':1,'at':null,'files':[{'name':'a','url':'http://b/'}],'none':null}",
            "{'id':1,'at':'2026-01-01T00:00:00Z','files':[{'name':'a','url':'/b'}],'none':null}",
            "{'id':1,'at':'2026-01-01T00:00:00Z','files':[{'url':'http://b/'}],'none':null}",
            "{'id':1,'at':'2026-01-01T00:00:00Z','files':[],'none':null}",
            "{'id':1,'at':'2026-01-01T00:00:00Z','files':null,'none':null}",
            "{'id':1,'at':'2026-01-01T00:00:00Z','files':[{'name':'a','url':'http://b/'}],'none':0}",
            "{'id':1,'at':'2026-01-01T00:00:00Z','files':[{'name':'a','url':'http://b/'}]}" })
    void whatDiffersIsNoticed(String answer) {
        assertThatThrownBy(() -> example().matches(Samples.json(answer.replace('\'', '"'))))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void whereTheShapeIsExactAFieldMoreIsNoticed() {
        assertThatThrownBy(() -> Example.of("{\"a\": 1}").complete().matches(Samples.json("{\"a\": 1, \"b\": 2}")))
                .isInstanceOf(AssertionError.class).hasMessageContaining("/b");
    }

    @Test
    void everyDocumentIsReadToItsLastSample() {
        assertThat(Document.read("003-file-upload-system.md").sample("javascript", "Best Practices", "5. Show File Type Icons"))
                .startsWith("function getFileIcon").endsWith("}\n");
        assertThat(
                Document.read("004-chat-system.md").json("WebSocket Responses", "Typing Indicator").tree().at("/data/user_id")
                        .asInt())
                .isEqualTo(1);
        assertThatThrownBy(() -> Document.read("004-chat-system.md").sample("json", "Typing Indicator"))
                .isInstanceOf(AssertionError.class);
    }

    private static Example example() {
        return Example.of(EXAMPLE).varying("at", "url");
    }
}
