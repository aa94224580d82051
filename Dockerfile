# The warehouse with its pinned dependencies, for a user without rights of root. Data lives in a volume: /var/lib/perps.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PERPS_DATA_DIR=/var/lib/perps \
    DAGSTER_HOME=/var/lib/perps/dagster

RUN useradd --uid 10001 --create-home perps && install --directory --owner perps /var/lib/perps

WORKDIR /srv/perps
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps --requirement requirements.lock
COPY . .
RUN pip install --no-deps --no-build-isolation --editable .

USER 10001
VOLUME /var/lib/perps
ENTRYPOINT ["perps"]
CMD ["status"]
