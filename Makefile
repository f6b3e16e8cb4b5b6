# `make` lists the targets. Variables are set like this: `make serve PORT=9000`.

# HOST is not read from the environment, because some shells set it to the name of the machine.
HOST = 127.0.0.1
PORT ?= 8000
# the interpreter for .venv; default: the first suitable one of python3, python3.13, …
PYTHON ?=
# arguments for pytest or the benchmarks
ARGS =

.PHONY: help serve test test-tools check bench format environment development
.NOTPARALLEL:

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

serve: environment ## serve on 127.0.0.1:8000, with sample issues in a new database (PORT=, HOST=)
	@if .venv/bin/python -c 'import socket; socket.create_connection(("$(HOST)", $(PORT)), 1)' 2>/dev/null; then \
	  echo "Port $(PORT) on $(HOST) is in use: stop the program that uses it, or choose another port," \
	    "for example make serve PORT=$$(($(PORT) + 1))" >&2; \
	  exit 1; \
	fi
	@.venv/bin/masthead migrate
	@.venv/bin/masthead demo
	@exec .venv/bin/masthead serve --host $(HOST) --port $(PORT)

test: development ## run the tests on SQLite and PostgreSQL (ARGS= for pytest)
	@.venv/bin/python -m pytest $(ARGS)

test-tools: development ## run the tests that need nginx, Caddy or Chromium, which come from Debian's packages (ARGS= for pytest)
	@.venv/bin/python -m pytest -n 0 -rs -m tools tests/tools $(ARGS)

check: development ## check format, lint, types, import contracts, and migrations
	@failed=; \
	for tool in "ruff format --check ." "ruff check ." mypy "lint-imports --no-logo" "masthead migrate --check"; do \
	  said=$$(.venv/bin/$$tool 2>&1) || { failed=yes; printf '%s failed:\n%s\n\n' "$$tool" "$$said" >&2; }; \
	done; \
	[ -z "$$failed" ]

bench: development ## compare requests per second with a bare ASGI app and a textbook endpoint (ARGS=)
	@.venv/bin/python -m benchmarks $(ARGS)

format: development ## format the code
	@.venv/bin/ruff check -q --fix-only .
	@.venv/bin/ruff format -q .

# `environment` installs what the server needs, `development` also installs the tools. After the install,
# .venv/.made-from records what it was made from: its folder, its Python, the lock files and the projects.
# .venv is recreated when one of these changes, or when an install was interrupted. The development
# packages are added to an existing .venv, so that a running server is not disturbed.
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
	  fail "Masthead creates its .venv and its database in $$(pwd -P), which you cannot write: change its owner" \
	    "(chown), or clone the repository into another folder."; \
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
	    "install it, and if it is not on your PATH, run make PYTHON=/path/to/python3.13"; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || \
	    fail "$$python is Python $$version without the venv module:" \
	    "install it (on Debian and Ubuntu: sudo apt install python$$version-venv), then run make again."; \
	fi; \
	\
	echo "Preparing .venv (about $(if $(filter environment,$@),15,30) s the first time)"; \
	if [ -n "$$anew" ]; then \
	  rm -rf .venv/.made-from; \
	  "$$python" -m venv --clear .venv || fail "Could not create .venv with $$python; the error is above."; \
	  mkdir .venv/.made-from; \
	  { pwd -P; python_of .venv/bin/python; } > .venv/.made-from/place; \
	fi; \
	: > .venv/.unfinished; \
	export PIP_USER=0; \
	pip=".venv/bin/python -m pip install -qq --disable-pip-version-check"; \
	if [ ! -e .venv/.made-from/$$lock ]; then \
	  $$pip --only-binary :all: --require-hashes -r $$lock || \
	    fail "pip could not install $$lock (the error is above):" \
	    "the first install needs internet access, or a package index in PIP_INDEX_URL. Then run make again."; \
	fi; \
	$$pip --no-index --no-build-isolation --no-deps -e . -e clients/python || \
	  fail "pip could not install Masthead itself into .venv; the error is above."; \
	for each in $(LOCKS); do cksum $$each > .venv/.made-from/$$each; done; \
	echo "$$projects" > .venv/.made-from/projects; \
	rm .venv/.unfinished
