# Tessera's image: every process of production (web, worker, beat, migrate, backup) from the lock file, not as root.
FROM python:3.11-slim-trixie AS packages
RUN python -m venv /venv
COPY requirements.lock .
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim-trixie
# pg_dump and pg_restore of the same version as the database in docker-compose.yml.
RUN apt-get update \
 && apt-get install --no-install-recommends -y postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin tessera \
 && install --directory --owner=tessera --group=tessera --mode=0700 /var/lib/tessera /var/backups/tessera
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TESSERA_MODE=production \
    TESSERA_HOME=/var/lib/tessera \
    TESSERA_BACKUP_DIR=/var/backups/tessera \
    TESSERA_STATIC_ROOT=/app/static-collected
# The secrets of this step exist for this step only; nothing of them is written.
RUN python -m core.catalogues \
 && env $(python config/deploy/new_secrets.py) ALLOWED_HOSTS=build TESSERA_SITE_URL=https://build \
    DATABASE_URL=sqlite:////tmp/build.sqlite3 REDIS_URL=redis://build \
    python manage.py collectstatic --no-input --verbosity 0
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s CMD ["python", "config/deploy/healthcheck.py"]
CMD ["gunicorn", "--config", "config/deploy/gunicorn.conf.py", "--bind", "0.0.0.0:8000", "config.wsgi"]
