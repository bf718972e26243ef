# One image for every service; SERVICE says which one it runs. Standalone mode is not in it: it brings its own ClickHouse.
FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Without the embedded ClickHouse (0.6 GB), and without the scripts that would install another Node.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && npm cache clean --force

FROM node:26-bookworm-slim
ARG SERVICE=edge
ENV NODE_ENV=production SERVICE=${SERVICE} ADMIN_HOST=0.0.0.0 ADMIN_PORT=9464
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY schemas schemas
COPY infra infra
COPY services services
# A volume takes its owner over.
RUN install -d -o node -g node /var/lib/candor/spool
USER node
EXPOSE 8080 9464
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "infra/docker/health-check.ts"]
# exec: signals must reach Node, not a shell.
CMD ["sh", "-c", "exec node services/$SERVICE/main.ts"]
