# `make` lists what there is. Variables are given as in `make serve PORT=9000`.

# HOST is not taken from the environment, where some shells keep this machine's own name.
HOST = 127.0.0.1
PORT ?= 8000
# the interpreter that .venv is made with; unless given, the first of python3, python3.13, … that will do
PYTHON ?=
# passed on to pytest or to the benchmarks
ARGS =

.PHONY: help serve test check bench format environment development
.NOTPARALLEL:

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

serve: environment ## serve on 127.0.0.1:8000, with sample issues when the archive is empty (PORT=, HOST=)
	@if .venv/bin/python -c 'import socket; socket.create_connection(("$(HOST)", $(PORT)), 1)' 2>/dev/null; then \
	  echo "Port $(PORT) on $(HOST) is taken: stop what uses it, or choose another," \
	    "as in make serve PORT=$$(($(PORT) + 1))" >&2; \
	  exit 1; \
	fi
	@.venv/bin/masthead migrate
	@.venv/bin/masthead demo
	@exec .venv/bin/masthead serve --host $(HOST) --port $(PORT)

test: development ## run the tests, on SQLite and PostgreSQL (ARGS= for pytest)
	@.venv/bin/python -m pytest $(ARGS)

check: development ## check format, lint, types, import directions, and that migrations match the models
	@failed=; \
	for tool in "ruff format --check ." "ruff check ." mypy "lint-imports --no-logo" "masthead migrate --check"; do \
	  said=$$(.venv/bin/$$tool 2>&1) || { failed=yes; printf '%s failed:\n%s\n\n' "$$tool" "$$said" >&2; }; \
	done; \
	[ -z "$$failed" ]

bench: development ## measure requests per second beside a bare ASGI app and a textbook endpoint (ARGS=)
	@.venv/bin/python -m benchmarks $(ARGS)

format: development ## rewrite the code in the house's format
	@.venv/bin/ruff check -q --fix-only .
	@.venv/bin/ruff format -q .

# `environment` is what serving needs, `development` that and the tools. What .venv was made from is
# written into it, last: the folder it stands in, its Python, the locks and the projects. It is made anew
# when one of these is another, or when an install was broken off; the larger environment is put on top
# of the smaller, so that a server may keep running meanwhile.
environment: LOCKS = requirements.lock
development: LOCKS = requirements-dev.lock requirements.lock
environment development:
	@set -eu; \
	fail() { echo "$$*" >&2; exit 1; }; \
	python_of() { "$$1" -c 'import sys; print(sys.base_prefix, *sys.version_info[:2])' 2>/dev/null || :; }; \
	is() { [ "$$(cat ".venv/.made-from/$$1" 2>/dev/null)" = "$$2" ]; }; \
	\
	lock=$(firstword $(LOCKS)); \
	projects=$$(cksum pyproject.toml clients/python/pyproject.toml); \
	anew=; \
	is place "$$(pwd -P; python_of .venv/bin/python)" || anew=yes; \
	if [ -n "$(PYTHON)" ] && [ "$$(python_of "$(PYTHON)")" != "$$(python_of .venv/bin/python)" ]; then \
	  anew=yes; \
	fi; \
	for each in $(LOCKS); do \
	  [ ! -e .venv/.made-from/$$each ] || is $$each "$$(cksum $$each)" || anew=yes; \
	done; \
	if [ -e .venv/.unfinished ]; then anew=yes; fi; \
	if [ -z "$$anew" ] && [ -e .venv/.made-from/$$lock ] && is projects "$$projects"; then exit 0; fi; \
	\
	if [ ! -w . ] || { [ -e .venv ] && [ ! -w .venv ]; }; then \
	  fail "Masthead keeps its .venv and its database in $$(pwd -P), where you may not write: take the folder over" \
	    "(chown), or clone into one of your own."; \
	fi; \
	if [ -n "$$anew" ]; then \
	  set -- python3 python3.13 python3.12 python3.11 python3.14; \
	  if [ -n "$(PYTHON)" ]; then set -- "$(PYTHON)"; fi; \
	  python=; too_old=; \
	  for each; do \
	    version=$$("$$each" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || :); \
	    case "$$version" in \
	      "") ;; \
	      2.* | 3.[0-9] | 3.10) too_old="$$too_old$${too_old:+, }$$each is Python $$version" ;; \
	      *) python=$$each; break ;; \
	    esac; \
	  done; \
	  [ -n "$$python" ] || fail "Masthead needs Python 3.11 or newer, but $${too_old:-$$1 does not run here}:" \
	    "install one, and if it is not on your PATH name it, as in make PYTHON=/path/to/python3.13"; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || \
	    fail "$$python is Python $$version without its venv module:" \
	    "install that (on Debian and Ubuntu: sudo apt install python$$version-venv), then run make again."; \
	fi; \
	\
	echo "Preparing .venv (about $(if $(filter environment,$@),15,30) s the first time)"; \
	if [ -n "$$anew" ]; then \
	  rm -rf .venv/.made-from; \
	  "$$python" -m venv --clear .venv || fail "Could not make .venv with $$python: what it said is above."; \
	  mkdir .venv/.made-from; \
	  { pwd -P; python_of .venv/bin/python; } > .venv/.made-from/place; \
	fi; \
	: > .venv/.unfinished; \
	export PIP_USER=0; \
	pip=".venv/bin/python -m pip install -qq --disable-pip-version-check"; \
	if [ ! -e .venv/.made-from/$$lock ]; then \
	  $$pip --only-binary :all: --require-hashes -r $$lock || \
	    fail "pip could not install $$lock (its reason is above):" \
	    "the first time it needs the internet or a package index of yours (PIP_INDEX_URL); then run make again."; \
	fi; \
	$$pip --no-index --no-build-isolation --no-deps -e . -e clients/python || \
	  fail "pip could not install Masthead itself into .venv: its reason is above."; \
	for each in $(LOCKS); do cksum $$each > .venv/.made-from/$$each; done; \
	echo "$$projects" > .venv/.made-from/projects; \
	rm .venv/.unfinished
