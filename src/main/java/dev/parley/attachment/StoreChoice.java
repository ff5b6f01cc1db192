package dev.parley.attachment;

import java.util.Optional;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Chooses the store when the program starts; the S3 client is only made, and only needs its settings, when chosen. */
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
            case S3 -> new S3Store(s3.get(), bucket.orElseThrow(
                    () -> new ConfigurationException("parley.store=s3 needs parley.s3.bucket")));
        };
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
