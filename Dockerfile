# Two stages: the first builds a virtual environment, the second only runs it. `make image-steps` runs the steps of the first one
# without an engine, so that they cannot rot. What pip fetched is kept between builds, outside of the image.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements-image.txt pyproject.toml README.md ./
RUN python -m venv /app
RUN --mount=type=cache,target=/root/.cache/pip /app/bin/pip install --no-compile --require-hashes -r requirements-image.txt
COPY bot bot
COPY sources sources
COPY state state
RUN --mount=type=cache,target=/root/.cache/pip /app/bin/pip install --no-compile --no-deps .
RUN /app/bin/pip uninstall --yes pip
RUN /app/bin/python -m compileall -q -j 0 /app/lib
RUN /app/bin/standards-watch --version

FROM python:3.12-slim
LABEL org.opencontainers.image.title="standards-watch" \
      org.opencontainers.image.description="Watches who leads the work in international standards bodies" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.documentation="docs/operations.md"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin watch && install -d -o watch -g watch -m 0750 /data
COPY --from=build /app /app
USER 10001:10001
VOLUME /data
WORKDIR /data
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:9464/healthz', timeout=4)"]
ENTRYPOINT ["standards-watch", "--db", "/data/standards-watch.db"]
CMD ["--log-format", "json", "serve"]
