# Build: everything with hashes into one virtual environment.
FROM python:3.11-slim AS build
RUN python -m venv /venv
COPY requirements.txt /
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements.txt

# Run: no compiler, no pip cache, not root.
FROM python:3.11-slim
# What WeasyPrint draws PDFs with, and fonts for the scripts of India; fontconfig keeps their list in the image.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
    fontconfig fonts-noto-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --home-dir /app --shell /usr/sbin/nologin leadline \
 && install --directory --owner=leadline --group=leadline /data
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py gunicorn.conf.py ./
COPY docker/healthcheck.py docker/healthcheck_worker.py docker/
COPY templates templates
COPY static static
COPY dashboard dashboard
# Two heaps of the C library's instead of one for every few threads: a worker under load holds some 10 MB less.
ENV MALLOC_ARENA_MAX=2 \
    PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=dashboard.settings \
    DATABASE_URL=sqlite:////data/leadline.sqlite3 \
    PORT=8000
# Settings for this step only: none of them stays in the image.
RUN SECRET_KEY=only-while-the-image-is-built-0123456789 DATABASE_URL=sqlite://:memory: \
    python manage.py collectstatic --noinput \
 && python -m compileall -q dashboard
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "docker/healthcheck.py"]
# gthread, timeouts, recycling: gunicorn.conf.py. In a container every interface is the container's own.
CMD ["sh", "-c", "python manage.py migrate --noinput && exec gunicorn --bind 0.0.0.0:$PORT"]
