# The image of every labsys service; docker-compose.yml gives each its command.
FROM python:3.13-slim-bookworm AS packages
COPY requirements.txt .
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes -r requirements.txt

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /tmp --shell /usr/sbin/nologin labsys \
 && install -d -o labsys -g labsys -m 0750 \
        /var/lib/labsys /var/lib/labsys/static /var/lib/labsys/beat \
        /var/lib/labsys/contents
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY manage.py ./
COPY labsys labsys
COPY patients patients
COPY assays assays
COPY consent consent
RUN /opt/venv/bin/python -m compileall -q /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LABSYS_VAR=/var/lib/labsys
USER 10001
EXPOSE 8000
CMD ["python", "manage.py", "help"]
