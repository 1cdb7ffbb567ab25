# One image for web, worker, beat and the migration; docker-compose.yml says which command each runs.

FROM node:22-trixie-slim AS styles
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY script/styles script/styles
COPY static static
RUN script/styles

FROM python:3.12-slim-trixie AS packages
COPY requirements/base.txt /base.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r /base.txt

FROM python:3.12-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin svit \
    && install -d -o svit -g svit -m 700 /data
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/tmp/cache \
    SVIT_DATA=/data \
    SVIT_STATIC=/static
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
COPY --from=styles /app/build build
# Compiled once and static files hashed here, because the file system is read-only when it runs. The settings of this
# step (embedded, in a folder that is thrown away) leave nothing behind.
RUN python -m compileall -q -j 0 /app /venv \
    && SVIT_DATA=/tmp/embedded python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/embedded
USER svit
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000"]
