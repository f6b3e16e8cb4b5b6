# docker build -t masthead . && docker run -p 8000:8000 -v masthead:/data masthead

FROM python:3.13-slim AS builder
WORKDIR /srv/masthead
RUN python -m venv --without-pip .venv
COPY requirements.lock ./
RUN pip --python .venv/bin/python install -qq --disable-pip-version-check --no-cache-dir \
    --only-binary :all: --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE alembic.ini ./
COPY migrations migrations
COPY clients/python clients/python
COPY app app
RUN pip --python .venv/bin/python install -qq --disable-pip-version-check --no-cache-dir \
    --no-index --no-build-isolation --no-deps -e . -e clients/python \
    && .venv/bin/python -m compileall -q app clients migrations

FROM python:3.13-slim
RUN groupadd --gid 10001 masthead \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data masthead \
    && install -d -o masthead -g masthead -m 0700 /data
COPY --from=builder /srv/masthead /srv/masthead
WORKDIR /srv/masthead
ENV PATH=/srv/masthead/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MASTHEAD_DATABASE_URL=sqlite:////data/masthead.db
USER 10001:10001
VOLUME /data
EXPOSE 8000
# ProxyHandler({}): the health check must not go through a proxy that is set in the environment.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import *; build_opener(ProxyHandler({})).open('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["sh", "-c", "masthead migrate && exec masthead serve --host 0.0.0.0 --port 8000"]
