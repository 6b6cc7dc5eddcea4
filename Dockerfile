FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.txt pyproject.toml README.md ./
RUN python -m venv /app && /app/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY bot bot
COPY sources sources
COPY state state
RUN /app/bin/pip install --no-cache-dir --no-deps . && /app/bin/pip uninstall --yes pip

FROM python:3.12-slim
LABEL org.opencontainers.image.title="standards-watch" \
      org.opencontainers.image.description="Watches who leads the work in international standards bodies" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --create-home watch && install -d -o watch -g watch /data
COPY --from=build /app /app
USER watch
VOLUME /data
WORKDIR /data
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1
ENTRYPOINT ["standards-watch", "--db", "/data/standards-watch.db"]
CMD ["run"]
