# Chainrule in one small image: `docker compose up`, or `make image` with docker or buildah.
# BASE is any image with Python 3.11 or later as python3, with venv; both stages must have it in the same place.
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv
COPY requirements/runtime.txt requirements/runtime.txt
RUN python3 -m venv /opt/venv \
 && /opt/venv/bin/pip install --require-hashes --requirement requirements/runtime.txt
COPY app/precompress.py app/precompress.py
RUN /opt/venv/bin/python -m app.precompress
# Pruned, since nothing that serves reads it: the installers; plotly's Python classes, datasets and notebook bundles (figures leave here as
# plain dicts; the tests validate them with the whole wheel), of which plotly.min.js alone is kept; NumPy's and the others' tests, type
# stubs, headers and static libraries; bytecode of all that.
WORKDIR /opt/venv/lib
RUN find . -type d \( -name pip -o -name 'pip-*' -o -name setuptools -o -name 'setuptools-*' -o -name pkg_resources \
      -o -name _distutils_hack -o -name tests -o -path '*/numpy/*/include' -o -path '*/plotly/graph_objs' \
      -o -path '*/plotly/graph_objects' -o -path '*/plotly/validators' -o -path '*/plotly/labextension' \
      -o -path '*/plotly/matplotlylib' -o -path '*/plotly/figure_factory' -o -path '*/plotly/express' \
      -o -path '*/plotly/package_data/datasets' \) -prune -exec rm -rf {} + \
 && find . -type f \( -name '*.pyi' -o -name '*.a' -o -name '*.c' -o -name '*.pxd' -o -name '*.pyx' \
      -o -name widgetbundle.js -o -name distutils-precedence.pth \) -delete

FROM ${BASE}
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OPENBLAS_NUM_THREADS=1 \
    HOST=0.0.0.0 PORT=8000 WORKERS=1
WORKDIR /srv
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/static/vendor static/vendor
COPY static static
COPY templates templates
COPY core core
COPY app app
# Compiled now: the running user may not write here, and would compile at every start.
RUN python3 -m compileall -q core app
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python3", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
# The shell fills in the settings and is replaced by the server, which so receives the stop signal itself.
CMD ["sh", "-c", "exec uvicorn app.main:app --host \"$HOST\" --port \"$PORT\" --workers \"$WORKERS\" --timeout-graceful-shutdown 3"]
