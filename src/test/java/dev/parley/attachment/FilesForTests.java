package dev.parley.attachment;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Uploads and downloads without messages around them. */
@Path("/test/files")
@PermitAll
@RunOnVirtualThread
public class FilesForTests {

    static final long LIMIT = 5L * 1024 * 1024;
    static final long ENDLESS_LIMIT = 2L * 1024 * 1024 * 1024;

    private static final Map<String, Download> KNOWN = new ConcurrentHashMap<>();

    private final Spool spool;
    private final ObjectStore store;
    private final Downloads downloads;

    FilesForTests(Spool spool, ObjectStore store, Downloads downloads) {
        this.spool = spool;
        this.store = store;
        this.downloads = downloads;
    }

    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    public List<String> upload(@HeaderParam(HttpHeaders.CONTENT_TYPE) String type,
            @HeaderParam("X-Limit") String limit, InputStream body) {
        List<String> keys = new ArrayList<>();
        Multipart.read(type, body, ENDLESS_LIMIT, new Multipart.Parts() {
            @Override
            public void field(String name, String value) {
                keys.add(name + "=" + value);
            }

            @Override
            public void file(Multipart.FilePart file) {
                keys.add(keep(file, limit == null ? LIMIT : Long.parseLong(limit)));
            }
        });
        return keys;
    }

    @GET
    @Path("{key}")
    public Response download(@PathParam("key") String key, @Context Request request, @Context HttpHeaders headers) {
        Download file = KNOWN.get(key);
        if (file == null) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        }
        return downloads.answer(file, request, headers);
    }

    /** A store that fails in the middle of a download. */
    @GET
    @Path("broken")
    public Response broken() {
        InputStream half = new SequenceInputStream(new ByteArrayInputStream(new byte[500_000]), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("The store is gone");
            }
        });
        return Response.ok(new StoredBytes.OfStream(half)).type("image/png").header("Content-Length", 1_000_000).build();
    }

    private String keep(Multipart.FilePart file, long limit) {
        try (Spooled spooled = spool.take(file.content(), limit)) {
            String key = ObjectStore.newKey();
            String type = file.claimedType() == null ? "application/octet-stream" : file.claimedType();
            store.put(key, spooled.file(), type);
            KNOWN.put(key,
                    new Download(key, spooled.size(), key, type, type.startsWith("image/"), file.name()));
            return key;
        }
    }
}
