# Two images: `parley` holds the five services, the command says which one runs; `parley-models` fills the volume with speech models.
# Works with BuildKit and with the older builder alike, so there are no cache mounts: layers are ordered by how rarely they change.

# ---- build
FROM maven:3-eclipse-temurin-25 AS build
COPY deploy/ca/ /usr/local/share/ca-certificates/
RUN set -e; for crt in /usr/local/share/ca-certificates/*.crt; do [ -e "$crt" ] || continue; \
      keytool -importcert -noprompt -cacerts -storepass changeit -alias "$(basename "$crt")" -file "$crt"; done
WORKDIR /src
# First the poms and the schemas alone: what Maven downloads then stays in a layer of its own until one of them changes.
COPY pom.xml ./
COPY schemas schemas
COPY libs/audio/pom.xml libs/audio/
COPY libs/ari/pom.xml libs/ari/
COPY libs/speech/pom.xml libs/speech/
COPY libs/runtime/pom.xml libs/runtime/
COPY services/ari-gateway/pom.xml services/ari-gateway/
COPY services/vad-chunker/pom.xml services/vad-chunker/
COPY services/asr-worker/pom.xml services/asr-worker/
COPY services/agent-prefetch/pom.xml services/agent-prefetch/
COPY services/tts-player/pom.xml services/tts-player/
COPY testkit/pom.xml testkit/
COPY devstack/pom.xml devstack/
# Only what runs: no tests are compiled. Maven wants the test kit to be there, and gets it empty.
ENV MAVEN_ARGS="-B -ntp -q -Dquick -pl schemas,libs/audio,libs/ari,libs/speech,libs/runtime,testkit,services/ari-gateway,services/vad-chunker,services/asr-worker,services/agent-prefetch,services/tts-player"
RUN mvn process-classes jar:jar dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/lib
COPY libs libs
COPY services services
COPY examples examples
RUN mvn process-classes jar:jar dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/lib \
 && mkdir -p /out/theirs /out/ours && for service in services/*; do cp "$service"/target/lib/*.jar /out/theirs/ && cp "$service"/target/*.jar /out/ours/; done \
 && mv /out/theirs/*-SNAPSHOT.jar /out/ours/

# ---- the models' volume is filled by this one: python's pip fetches by name and version, the launcher checks each file
FROM debian:trixie-slim AS models
COPY deploy/ca/ /usr/local/share/ca-certificates/
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ca-certificates python3-pip >/dev/null \
 && update-ca-certificates >/dev/null && rm -rf /var/lib/apt/lists/* \
 && groupadd -g 10001 parley && useradd -u 10001 -g parley -d /nonexistent -s /usr/sbin/nologin parley \
 && install -d -o parley -g parley /models
WORKDIR /opt/parley
COPY parley ./
COPY libs/speech/src/main/resources/dev/parley/speech/models.tsv libs/speech/src/main/resources/dev/parley/speech/models.tsv
ENV PARLEY_MODELS=/models PIP_CERT=/etc/ssl/certs/ca-certificates.crt HOME=/tmp
USER 10001:10001
VOLUME /models
ENTRYPOINT ["./parley"]
CMD ["models"]

# ---- what runs
FROM eclipse-temurin:25-jre AS parley
COPY deploy/ca/ /usr/local/share/ca-certificates/
# curl asks /readyz; espeak-ng is the voice of TTS_ENGINE=espeak-ng.
RUN set -e; apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends curl espeak-ng >/dev/null; rm -rf /var/lib/apt/lists/*; \
    for crt in /usr/local/share/ca-certificates/*.crt; do [ -e "$crt" ] || continue; \
      keytool -importcert -noprompt -cacerts -storepass changeit -alias "$(basename "$crt")" -file "$crt"; done; \
    groupadd -g 10001 parley; useradd -u 10001 -g parley -d /nonexistent -s /usr/sbin/nologin parley; install -d -o parley -g parley /models
COPY --from=build /out/theirs /opt/parley/lib
COPY --from=build /out/ours /opt/parley/lib
COPY deploy/service /opt/parley/service
# onnxruntime sends telemetry, and crashes on long command lines, unless told not to. Each thread would keep native memory of its own that it no longer needs.
ENV MALLOC_ARENA_MAX=2 ORT_DISABLE_TELEMETRY=1 PARLEY_MODELS=/models HTTP_PORT=8080
USER 10001:10001
WORKDIR /opt/parley
VOLUME /models
EXPOSE 8080 8090
STOPSIGNAL SIGTERM
# Each question starts a process: of eight containers every 2 s they took a quarter of a core.
HEALTHCHECK --interval=5s --timeout=3s --start-period=180s --retries=3 CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["/opt/parley/service"]
