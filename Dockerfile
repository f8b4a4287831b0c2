# syntax=docker/dockerfile:1
#
# Multi-stage image: native modules and models are made in the first stage, the second runs them.
# This file has been written with care but was not built where Cordon is developed (there is no
# container engine there); please report what does not work.
#
#   docker build -t cordon .
#   docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     -v cordon-data:/var/lib/cordon -v ./tls:/etc/cordon:ro -p 50051:50051 \
#     -e CORDON_HOST=0.0.0.0 -e CORDON_TLS_CERT_FILE=/etc/cordon/tls.crt \
#     -e CORDON_TLS_KEY_FILE=/etc/cordon/tls.key -e CORDON_TOKEN_FILE=/etc/cordon/tokens.yaml cordon

ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 make g++ ca-certificates \
 && rm -rf /var/lib/apt/lists/*
# "-march=native" makes hnswlib 1.4 to 1.9 times as fast, on this very kind of processor only.
ARG CXXFLAGS=""
# "skip" keeps the image to the CPU; "cuda12" fetches the GPU libraries.
ARG ONNXRUNTIME_NODE_INSTALL=skip
ENV CXXFLAGS=${CXXFLAGS} ONNXRUNTIME_NODE_INSTALL=${ONNXRUNTIME_NODE_INSTALL}
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY proto proto
COPY src src
COPY bench bench
COPY models models
RUN npm run build && npm run models && npm prune --omit=dev

FROM ${NODE_IMAGE}
ENV NODE_ENV=production ORT_DISABLE_TELEMETRY=1 CORDON_DATA_DIR=/var/lib/cordon CORDON_HTTP_HOST=127.0.0.1
WORKDIR /app
RUN install --directory --owner=node --group=node --mode=0700 /var/lib/cordon
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/proto proto
COPY --from=build /app/models models
USER node
VOLUME /var/lib/cordon
EXPOSE 50051
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No core file: it would hold templates in the clear.
ENTRYPOINT ["sh", "-c", "ulimit -c 0 && exec node --max-semi-space-size=64 dist/src/main.js \"$@\"", "cordon"]
