# Atoll's image, in two ways:
#   docker build -t atoll .                             builds the jar too, from source, in the image of a JDK
#   docker build -t atoll --build-arg JAR=from-host .   takes edge-node/target, after `./mvnw -DskipTests package`
ARG JAR=from-source

FROM eclipse-temurin:25-jdk AS maven
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 ./mvnw -DskipTests package

FROM scratch AS from-source
COPY --from=maven /src/edge-node/target/lib /lib
COPY --from=maven /src/edge-node/target/atoll.jar /

FROM scratch AS from-host
COPY edge-node/target/lib /lib
COPY edge-node/target/atoll.jar /

FROM ${JAR} AS jar

FROM eclipse-temurin:25-jre
LABEL org.opencontainers.image.title="Atoll" \
      org.opencontainers.image.description="An edge cluster: equal nodes, each a reverse proxy and web server, that agree with each other." \
      org.opencontainers.image.licenses="Apache-2.0"

# A volume mounted here for the first time belongs to the user that a node runs as.
RUN mkdir -p /etc/atoll/credentials && chown 10001:10001 /etc/atoll/credentials
COPY LICENSE NOTICE /opt/atoll/
COPY --from=jar /lib /opt/atoll/lib
COPY --from=jar /atoll.jar /opt/atoll/
COPY edge-node/src/main/jvm/flags /opt/atoll/
COPY edge-node/src/main/docker/ /usr/local/bin/

# Sizes that follow the container's memory; who sets JDK_JAVA_OPTIONS sets all of it.
ENV JDK_JAVA_OPTIONS="-XX:+UseG1GC -XX:MaxRAMPercentage=50"

# What the JVM learns from one rehearsal halves the time to start (JEP 514); an image without it works, only slower. The heap
# is a small one whatever the builder has: above 32 GiB references have another size, and a node would refuse the cache.
RUN JDK_JAVA_OPTIONS="-XX:+UseG1GC -Xmx256m" \
      java @/opt/atoll/flags -XX:AOTCacheOutput=/opt/atoll/atoll.aot -jar /opt/atoll/atoll.jar rehearse >/dev/null \
      && [ -s /opt/atoll/atoll.aot ] \
    || { echo "no ahead-of-time cache: the rehearsal failed" >&2; rm -f /opt/atoll/atoll.aot; }
USER 10001:10001
EXPOSE 8080 8443
HEALTHCHECK --interval=2s --timeout=3s --start-period=60s --retries=3 CMD ["atoll-probe", "9901", "/readyz"]
ENTRYPOINT ["atoll"]
CMD ["run", "--config", "/etc/atoll/edge.yaml"]
