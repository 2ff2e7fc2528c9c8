# One image for every part of Airflow and for the command: the project, its locked dependencies, a user without rights.
# BASE_IMAGE is any Debian or Ubuntu with Python 3.11 to 3.14 and its venv module, such as a mirror of the one below.
# CA certificates or a package index of your own belong into that base image (/etc/pip.conf), not into this file.
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS dependencies
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements-pip.lock requirements-team.lock /opt/ketavigil/
RUN python3 -m venv /opt/ketavigil/venv \
    && /opt/ketavigil/venv/bin/pip install --quiet --require-hashes -r /opt/ketavigil/requirements-pip.lock \
    && /opt/ketavigil/venv/bin/pip install --quiet --require-hashes -r /opt/ketavigil/requirements-team.lock

FROM ${BASE_IMAGE}
ARG USER_ID=10001
ENV PATH=/opt/ketavigil/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/ketavigil/app/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False
# The folders that volumes are mounted on belong to the user, so that new volumes do too.
RUN useradd --uid ${USER_ID} --user-group --home-dir /opt/airflow --shell /usr/sbin/nologin ketavigil \
    && mkdir -p /opt/airflow/logs /srv/ketavigil/web /srv/ketavigil/auth /srv/ketavigil/clinics \
    && mkdir -p /var/lib/ketavigil/incoming /var/lib/ketavigil/quarantine \
    && chown -R ketavigil:ketavigil /opt/airflow /var/lib/ketavigil /srv/ketavigil \
    && chmod 700 /var/lib/ketavigil /var/lib/ketavigil/* /srv/ketavigil/clinics
COPY --from=dependencies /opt/ketavigil/venv /opt/ketavigil/venv
COPY . /opt/ketavigil/app
RUN pip install --quiet --no-cache-dir --no-deps --no-build-isolation -e /opt/ketavigil/app \
    && python -m compileall -q /opt/ketavigil/app
USER ketavigil
WORKDIR /opt/airflow
CMD ["ketavigil", "--help"]
