# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm
# The index that has the CPU build of PyTorch, where the default one does not: --build-arg PIP_EXTRA_INDEX_URL=…
ARG PIP_EXTRA_INDEX_URL=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1 \
    CITEWELL_DATA_DIR=/data CITEWELL_HTTP_LISTEN=127.0.0.1:8080
WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY LICENSES LICENSES
COPY knowledge knowledge
COPY bot bot
COPY adapters adapters
COPY evals evals
RUN pip install --no-deps . \
    && useradd --system --uid 10001 --home-dir /data citewell \
    && install -d -o citewell -g citewell -m 0700 /data
USER 10001
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["citewell"]
CMD ["serve", "telegram"]
