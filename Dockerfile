# One image for both processes: `serve` (receiver, the default) or `work` (worker).
# For a reproducible build, set NODE_IMAGE to the same tag with its digest: node:24-trixie-slim@sha256:…
# `docker buildx imagetools inspect node:24-trixie-slim` prints the digest.
ARG NODE_IMAGE=node:24-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && chmod 755 dist/src/cli/main.js && find dist -name '*.map' -delete && rm -f dist/.tsbuildinfo

# The optional packages are TypeScript (24 MB, a peer of a validation library) and native speed-ups.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM ${NODE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Recert" \
  org.opencontainers.image.description="Has Jamf Pro redistribute Okta SCEP profiles before certificates expire" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production RECERT_CONFIG=/etc/recert/recert.yaml RECERT_HOST=0.0.0.0
WORKDIR /app
RUN mkdir -p /etc/recert /var/lib/recert/spool && chown -R 1000:1000 /var/lib/recert && ln -s /app/dist/src/cli/main.js /usr/local/bin/recert
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json README.md CHANGELOG.md LICENSE ./
# The ID of the user `node`. Kubernetes accepts only a number for runAsNonRoot.
USER 1000:1000
EXPOSE 8080 8081
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["node", "dist/src/cli/main.js", "healthcheck"]
ENTRYPOINT ["node", "dist/src/cli/main.js"]
CMD ["serve"]
