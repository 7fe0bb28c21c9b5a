# docker build --target score -t syto .            the light install: scores, without torch
# docker build --target train -t syto:train .      all verbs, with a CPU build of torch
# How to run them: docs/larger.md
ARG PYTHON=3.12
FROM python:${PYTHON}-slim AS base
# A user of any number may run it (`docker run --user`), and /tmp is where all may write.
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    PYTHONUNBUFFERED=1 HOME=/tmp

FROM base AS wheel
COPY . /source
RUN pip wheel --no-deps --wheel-dir /wheel /source

FROM base AS light
RUN useradd --uid 1000 --home-dir /tmp --no-create-home syto
COPY --from=wheel /wheel /wheel
COPY constraints.txt /wheel/
RUN pip install -c /wheel/constraints.txt /wheel/*.whl
WORKDIR /data
ENTRYPOINT ["syto"]

FROM light AS train
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN pip install -c /wheel/constraints.txt --extra-index-url "$TORCH_INDEX" \
    "$(echo /wheel/*.whl)[train,remote,hub]"
USER syto

# The last, and so what `docker build .` makes.
FROM light AS score
USER syto
