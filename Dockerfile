# syntax=docker/dockerfile:1
# The whole of Wakala in one image: one binary in the roles serve, work and migrate, and the first-party plugins.

FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund
COPY web/ ./
RUN node build.mjs

FROM rust:1.95-slim-bookworm AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential \
    && rm -rf /var/lib/apt/lists/* \
    && rustup target add wasm32-unknown-unknown \
    && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
# Plugins in JavaScript are built with Node.
COPY --from=web /usr/local/bin/node /usr/local/bin/node
COPY --from=web /usr/local/lib/node_modules /usr/local/lib/node_modules
WORKDIR /src
COPY . .
COPY --from=web /src/web/dist web/dist
ENV SQLX_OFFLINE=true CARGO_TARGET_DIR=/build
# Cargo's caches stay between builds; what is needed leaves them.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/build --mount=type=cache,target=/root/.cache \
    cargo build --release --locked -p wakala --bin wakala -p plugin-cli \
    && mkdir -p /out/bundle \
    && for manifest in plugins/*/plugin.toml; do \
         /build/release/wakala-plugin build "$(dirname "$manifest")" --out /out/bundle --locked; \
       done \
    && cp /build/release/wakala /out/wakala

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/wakala --create-home --shell /usr/sbin/nologin wakala
COPY --from=build /out/wakala /usr/local/bin/wakala
COPY --from=build /out/bundle /usr/share/wakala/bundle
ENV WAKALA_BUNDLE=/usr/share/wakala/bundle
USER 10001:10001
WORKDIR /var/lib/wakala
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["wakala"]
CMD ["serve"]
