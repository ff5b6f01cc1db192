package dev.parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.microsoft.playwright.Page;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.NpmClients;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** The official JavaScript client in a real browser, with the code of document 003. */
@QuarkusTest
class SocketIoBrowserTest {

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    private Page page() {
        Page page = browser.page(base);
        page.addScriptTag(new Page.AddScriptTagOptions().setPath(NpmClients.file("socket.io-client/dist/socket.io.min.js")));
        page.evaluate("""
                () => {
                    window.heard = [];
                    window.start = options => new Promise((resolve, reject) => {
                        window.socket = io({ forceNew: true, ...options });
                        socket.onAny((name, data) => heard.push([name, data]));
                        // Before it may have changed over.
                        let first;
                        socket.io.on('open', () => first = socket.io.engine.transport.name);
                        socket.on('connect', () => resolve(first));
                        socket.on('connect_error', error => reject(new Error(error.message)));
                    });
                }""");
        return page;
    }

    @ParameterizedTest
    @ValueSource(strings = { "polling,websocket", "websocket", "polling" })
    void documentThreesClientSendsWithAcknowledgementsAndHears(String transports) {
        Person alice = Person.register(base, "Alice");
        Person bob = Person.register(base, "Bob");
        long room = alice.group("Browser", bob);
        Page page = page();
        String first = (String) page.evaluate("options => start(options)",
                Map.of("auth", Map.of("token", alice.token), "transports", List.of(transports.split(","))));
        assertThat(transports).startsWith(first);
        if (transports.contains("websocket")) {
            page.waitForFunction("() => socket.io.engine.transport.name === 'websocket'");
        }
        try (Socket plain = bob.socket(room)) {
            Object answer = page.evaluate("room => socket.emitWithAck('send_message', {conversation_id: room, content: 'hi'})",
                    Long.toString(room));
            assertThat(answer).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP).containsEntry("success", true);
            assertThat(plain.await("new_message").at("/data/content").asText()).isEqualTo("hi");
            plain.send("send_message", Map.of("room_id", room, "content", "hi back"));
            page.waitForFunction("() => heard.some(([name, message]) => name === 'new_message' && message.content === 'hi back'"
                    + " && message.sender === '" + bob.email + "')");

            // As its uploadViaSocket does, from a File; and a File as it is, which the client sends as an attachment.
            Object message = page.evaluate("""
                    room => new Promise((resolve, reject) => {
                        const file = new File([Uint8Array.from([137, 80, 78, 71, 1, 2, 3])], 'photo.xyz');
                        const reader = new FileReader();
                        reader.onload = () => {
                            socket.emit('send_message', { conversation_id: room, content: 'caption', type: 'file',
                                file_name: file.name, file_data: reader.result.split(',')[1] });
                            socket.once('new_message', sent => socket.emit('send_message', { conversation_id: room,
                                file_name: file.name, file_data: file }, answer => resolve([sent, answer.message])));
                        };
                        reader.onerror = reject;
                        reader.readAsDataURL(file);
                    })""", Long.toString(room));
            assertThat(message.toString()).contains("caption").contains("media_url=/api/files/")
                    .doesNotContain("media_url=null");
            assertThat(page.evaluate("() => fetch(heard.at(-1)[1].media_url).then(answer => answer.arrayBuffer())"
                    + ".then(bytes => [...new Uint8Array(bytes)].join())")).isEqualTo("137,80,78,71,1,2,3");
        }
        assertThat(page.evaluate("() => socket.emitWithAck('send_message', {conversation_id: 'nowhere', content: 'x'})"
                + ".then(answer => answer.error.detail)")).isEqualTo("Room not found");
        page.evaluate("() => { socket.disconnect(); }");
    }

    @Test
    void aBadTokenIsAConnectErrorAndOneThatIsRenewedConnects() {
        Person alice = Person.register(base, "Alice");
        Page page = page();
        assertThat(page.evaluate("() => start({auth: {token: 'stale'}}).catch(error => error.message)"))
                .isEqualTo("Not authenticated");
        page.evaluate("token => { socket.auth = { token }; socket.connect(); }", alice.token);
        page.waitForFunction("() => socket.connected");
        page.evaluate("() => { socket.disconnect(); }");
    }

    @Test
    void theClientComesBackByItselfWhenItsSessionIsGone() {
        Person alice = Person.register(base, "Alice");
        long room = alice.group("Back");
        Page page = page();
        page.evaluate("token => start({auth: {token}, reconnectionDelay: 50, reconnectionDelayMax: 100})", alice.token);
        page.waitForFunction("() => socket.io.engine.transport.name === 'websocket'");
        page.evaluate(
                "() => { window.gone = 0; socket.on('disconnect', () => gone++); socket.io.engine.transport.ws.send('9'); }");
        page.waitForFunction("() => gone === 1 && socket.connected");
        alice.post(room, "after");
        page.waitForFunction("() => heard.some(([name, message]) => name === 'new_message' && message.content === 'after')");
        page.evaluate("() => { socket.disconnect(); }");
    }
}
