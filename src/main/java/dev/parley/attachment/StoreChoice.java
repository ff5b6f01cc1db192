package dev.parley.attachment;

import java.util.Optional;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.CreationException;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Chooses the store when the program starts; the S3 client is only made, and only needs its settings, when chosen. */
@Singleton
class StoreChoice {

    @ConfigMapping(prefix = "parley.store")
    interface Settings {

        /** {@code directory} keeps files under the data directory, {@code s3} in a bucket. */
        @WithParentName
        @WithDefault("directory")
        Kind kind();
    }

    enum Kind {
        DIRECTORY,
        S3
    }

    @Produces
    @Singleton
    ObjectStore store(Settings settings, DataDirectory data, Instance<S3Client> s3,
            @ConfigProperty(name = "parley.s3.bucket") Optional<String> bucket) {
        return switch (settings.kind()) {
            case DIRECTORY -> {
                DirectoryStore store = new DirectoryStore(data.files());
                data.sweep(DirectoryStore.incoming(data.files()));
                yield store;
            }
            case S3 -> {
                String name = bucket.orElseThrow(
                        () -> new ConfigurationException("parley.store=s3 needs parley.s3.bucket"));
                yield new S3Store(made(s3), name);
            }
        };
    }

    /** Of what would be found wanting at the first upload, the region is all that cannot be asked of the server. */
    private static S3Client made(Instance<S3Client> s3) {
        S3Client client = s3.get();
        try {
            client.serviceClientConfiguration();
            return client;
        } catch (CreationException e) {
            // How the SDK speaks of a region that it did not find in any of the places where it looks.
            if (e.getCause() instanceof SdkClientException why && String.valueOf(why.getMessage()).contains("region")) {
                throw new ConfigurationException("parley.store=s3 needs quarkus.s3.aws.region"
                        + " (for most servers but Amazon's any, such as us-east-1)", e);
            }
            throw e;
        }
    }

    void refuseDirectUploadsWithoutABucket(@Observes @Priority(1) StartupEvent start, Settings settings,
            @ConfigProperty(name = "parley.uploads.direct", defaultValue = "false") boolean direct) {
        if (direct && settings.kind() != Kind.S3) {
            throw new ConfigurationException("parley.uploads.direct=true needs parley.store=s3");
        }
    }

    /** A bucket tells what is wrong with it. Nobody waits for that: where no files can be stored, text can. */
    void look(@Observes StartupEvent start, ObjectStore store) {
        Thread.startVirtualThread(store::reachable);
    }

    @Produces
    @Singleton
    PartialStore partials(ObjectStore store, DataDirectory data, Spool spool) {
        return store instanceof S3Store bucket ? new S3Partials(bucket, spool, data.uploads())
                : new DirectoryPartials(data.files());
    }

    @Produces
    @Singleton
    DirectStore direct(ObjectStore store, PartialStore partials, Instance<S3Presigner> presigner) {
        return store instanceof S3Store bucket && partials instanceof S3Partials parts
                ? new S3Direct(bucket, parts, presigner.get())
                : DirectStore.NONE;
    }
}
