# syntax=docker/dockerfile:1
FROM python:3.13-slim AS built

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/okr
# The requirements change seldom, so their layer is kept while the code changes. Each is checked
# against its hash.
COPY requirements/runtime.txt requirements/runtime.txt
RUN /opt/okr/bin/pip install --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY domain domain
COPY projections projections
COPY api api
RUN /opt/okr/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
# What is reached from other machines is for those who sign in.
ENV PATH=/opt/okr/bin:$PATH PYTHONUNBUFFERED=1 OKR_DATABASE=sqlite:////data/okr.db OKR_LOG_FORMAT=json \
    OKR_AUTH=keys
RUN useradd --system --uid 10001 --no-create-home okr \
    && install --directory --owner=okr --group=okr /data
COPY --from=built /opt/okr /opt/okr
USER okr
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["okr"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
