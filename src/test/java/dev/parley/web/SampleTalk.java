package dev.parley.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Tools;

/** Conversations in which something of everything was said. */
record SampleTalk(Person ada, Person bea, Person carlos, long room) {

    static SampleTalk held(URI base, Path directory) {
        Person ada = Person.register(base, "Ada Lovelace");
        Person bea = Person.register(base, "Bea Amaral");
        Person carlos = Person.register(base, "Carlos Ruiz");
        SampleTalk talk = new SampleTalk(ada, bea, carlos, ada.room(bea));
        portrait(bea, directory, "#d9a066", "#5b3a7a");
        portrait(carlos, directory, "#7fb3a6", "#274c5e");
        talk.elsewhere();
        talk.here(directory);
        return talk;
    }

    private void elsewhere() {
        long direct = carlos.room(ada);
        carlos.post(direct, "Are you coming on Thursday?");
        long group = carlos.group("Reading circle", ada, bea);
        carlos.post(group, "Which book next?");
        bea.post(group, "Something short, please.");
    }

    private void here(Path directory) {
        bea.post(room, form("The boat, for two seconds").file(SampleFiles.get("clip.webm")));
        ada.post(room, form("").file(SampleFiles.get("letter.pdf")).file("minutes.txt", "minutes".getBytes()));
        bea.post(room, "مرحبا، كيف حالك؟");
        ada.post(room, "🎉");
        long oops = ada.post(room, "oops").get("id").asLong();
        ada.delete("/api/chat/messages/" + oops);
        bea.post(room, form("").file(SampleFiles.get("voice.webm")));
        bea.post(room, "Hi Ada! Did you get the photos from the lake?");
        long answer = ada.post(room, "Yes, this morning. The best are on https://example.org/lake").get("id").asLong();
        bea.post(room, form("Two more, from the evening").file("evening.jpg", evening(directory))
                .file("night.jpg", night(directory)));
        JsonNode praised = ada.post(room, "Beautiful! 😍");
        long praise = praised.get("id").asLong();
        bea.post("/api/chat/messages/" + praise + "/like", null).expect(200);
        bea.post("/api/chat/messages/" + answer + "/pin", null).expect(200);
        bea.post("/api/chat/rooms/" + room + "/messages",
                Map.of("content", "There is room in the boat on Saturday, if you like to come.", "reply_to", praise))
                .expect(201);
        ada.post(room, "I'd love to!");
        bea.post("/api/chat/rooms/" + room + "/read", null);
        ada.post("/api/chat/rooms/" + room + "/read", null);
    }

    private static Form form(String caption) {
        return new Form().field("content", caption);
    }

    private static byte[] evening(Path directory) {
        return drawn(directory, "evening.jpg", "#ffd9a0", "#e0607e", "#fff3d6", "450,230 450,300", "#6b3a6e", "#3b2350");
    }

    private static byte[] night(Path directory) {
        return drawn(directory, "night.jpg", "#0f2350", "#3f6ea8", "#f4f1de", "640,120 640,160", "#16305c", "#0b1a38");
    }

    private static void portrait(Person person, Path directory, String skin, String wall) {
        byte[] picture = convert(directory, "portrait.png", "-size", "256x256", "xc:" + wall, "-fill", skin, "-draw",
                "circle 128,104 128,60 ellipse 128,256 86,92 0,360");
        person.send("PUT", "/api/auth/me/avatar", BodyPublishers.ofByteArray(picture), "image/png").expect(200);
    }

    /** A sun or a moon above mountains and water. */
    private static byte[] drawn(Path directory, String name, String above, String below, String light, String circle,
            String far, String near) {
        return convert(directory, name, "-size", "900x600", "gradient:" + above + "-" + below, "-fill", light, "-draw",
                "circle " + circle, "-fill", far, "-draw",
                "polygon 0,420 180,260 330,380 520,220 700,390 900,280 900,600 0,600",
                "-fill", near, "-draw", "polygon 0,500 240,400 480,490 900,430 900,600 0,600", "-quality", "88");
    }

    private static byte[] convert(Path directory, String name, String... options) {
        Tools.require("convert", "apt-get install imagemagick");
        List<String> command = new ArrayList<>(List.of("convert"));
        command.addAll(Arrays.asList(options));
        Path file = directory.resolve(name);
        command.add(file.toString());
        Tools.run(directory, command.toArray(String[]::new));
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
