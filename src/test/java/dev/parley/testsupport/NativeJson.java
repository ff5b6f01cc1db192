package dev.parley.testsupport;

import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerBuilder;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;

import io.quarkus.arc.Arc;
import io.quarkus.jackson.ObjectMapperCustomizer;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Refuses, in every test, to write or read as JSON what the native program could not: a class of ours that neither bears
 * {@link RegisterForReflection} nor is found by the framework in the signature of a REST method. (It finds what the
 * description of the API names, too, on which nothing should rest.)
 */
@Singleton
public class NativeJson implements ObjectMapperCustomizer {

    private @Nullable Set<Class<?>> inSignatures;

    @Override
    public void customize(ObjectMapper json) {
        json.registerModule(new SimpleModule("native").setSerializerModifier(new BeanSerializerModifier() {

            private static final long serialVersionUID = 1L;

            @Override
            public BeanSerializerBuilder updateBuilder(SerializationConfig config, BeanDescription bean,
                    BeanSerializerBuilder builder) {
                check(bean.getBeanClass());
                return builder;
            }
        }).setDeserializerModifier(new BeanDeserializerModifier() {

            private static final long serialVersionUID = 1L;

            @Override
            public BeanDeserializerBuilder updateBuilder(DeserializationConfig config, BeanDescription bean,
                    BeanDeserializerBuilder builder) {
                check(bean.getBeanClass());
                return builder;
            }
        }));
    }

    private void check(Class<?> type) {
        if (isOurs(type) && !type.isAnnotationPresent(RegisterForReflection.class) && !inSignatures().contains(type)) {
            throw new IllegalStateException(type.getName() + " crosses JSON and needs @RegisterForReflection, or the native"
                    + " program fails where this happens");
        }
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith("dev.parley.")
                && !String.valueOf(type.getResource("/" + type.getName().replace('.', '/') + ".class"))
                        .contains("test-classes");
    }

    private synchronized Set<Class<?>> inSignatures() {
        Set<Class<?>> found = inSignatures;
        if (found == null) {
            found = new HashSet<>();
            for (var bean : Arc.container().beanManager().getBeans(Object.class)) {
                if (isOurs(bean.getBeanClass())) {
                    for (Method method : bean.getBeanClass().getDeclaredMethods()) {
                        if (Stream.of(method.getAnnotations())
                                .anyMatch(one -> one.annotationType().isAnnotationPresent(HttpMethod.class))) {
                            add(method.getGenericReturnType(), found);
                            for (Type parameter : method.getGenericParameterTypes()) {
                                add(parameter, found);
                            }
                        }
                    }
                }
            }
            inSignatures = found;
        }
        return found;
    }

    private static void add(Type type, Set<Class<?>> found) {
        switch (type) {
            case ParameterizedType generic -> {
                add(generic.getRawType(), found);
                for (Type argument : generic.getActualTypeArguments()) {
                    add(argument, found);
                }
            }
            case GenericArrayType array -> add(array.getGenericComponentType(), found);
            case WildcardType wild -> add(wild.getUpperBounds()[0], found);
            case Class<?> plain when plain.isArray() -> add(plain.getComponentType(), found);
            case Class<?> plain when isOurs(plain) && found.add(plain) -> {
                for (Field field : plain.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())) {
                        add(field.getGenericType(), found);
                    }
                }
                if (plain.isSealed()) {
                    for (Class<?> kind : plain.getPermittedSubclasses()) {
                        add(kind, found);
                    }
                }
            }
            default -> {
                // Not ours, or known already.
            }
        }
    }
}
