package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import com.github.benmanes.caffeine.cache.Cache;

import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.quarkus.arc.ClientProxy;
import io.quarkus.arc.InjectableBean;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.test.junit.QuarkusTest;

/** What the native program would fail to find when it starts, seen where every build can see it. */
@QuarkusTest
class NativeCachesTest {

    private static final Set<String> NAMED = Set
            .of(NativeCaches.class.getAnnotation(RegisterForReflection.class).classNames());

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<String> used = new TreeSet<>();

    @Test
    void namesWhatEveryCacheOfThisProgramIsMadeOf() throws IllegalAccessException {
        ArcContainer container = Arc.container();
        for (var bean : container.beanManager().getBeans(Object.class)) {
            if (isOurs(bean.getBeanClass()) && bean instanceof InjectableBean<?> injectable
                    && injectable.getScope().getSimpleName().matches("Singleton|ApplicationScoped")) {
                look(ClientProxy.unwrap(container.instance(injectable).get()));
            }
        }
        assertThat(used).hasSizeGreaterThan(7);
        assertThat(NAMED).containsAll(used);
        assertThat(used).as("named, but not needed any more").containsAll(NAMED);
    }

    private void look(@Nullable Object object) throws IllegalAccessException {
        if (object == null || !seen.add(object)) {
            return;
        }
        if (object instanceof Cache<?, ?>) {
            Object bounded = read(object, "cache");
            used.add(bounded.getClass().getName());
            used.add(read(bounded, "nodeFactory").getClass().getName());
        } else if (isOurs(object.getClass())) {
            for (Class<?> type = object.getClass(); type != null && isOurs(type); type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                        field.setAccessible(true);
                        look(field.get(object));
                    }
                }
            }
        }
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith("dev.parley.");
    }

    private static Object read(Object object, String name) throws IllegalAccessException {
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(object);
                }
            }
        }
        throw new AssertionError(object.getClass() + " has no field " + name);
    }
}
