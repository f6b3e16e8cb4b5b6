"""The application: `uvicorn --factory app.main:create_app`"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI

from app.archive import routes as archive
from app.auth import key_uses, known_addresses, sign_ins, throttle
from app.auth import routes as auth
from app.auth.signing_keys import load_signing_keys
from app.auth.tokens import Tokens
from app.authoring import previews
from app.authoring import routes as authoring
from app.authoring.scheduling import publish_due
from app.background import PeriodicTask, in_transactions, run_periodically
from app.db.engine import CONNECTIONS, Database
from app.db.migrations import require_current
from app.importing import routes as importing
from app.importing.file_readers import FileReaders
from app.publishing import maintenance
from app.search import routes as search
from app.settings import Settings
from app.web import idempotency, log_secrets, problems
from app.web import routes as web
from app.web.admission import Places
from app.web.cors import CrossOrigin
from app.web.methods import AllowedMethods, Methods
from app.web.request_head import RequestHead
from app.web.root_path import RootPath
from app.web.security_headers import SecurityHeaders

DESCRIPTION = """\
A headless content API for curated newsletters: numbered **issues** with nested **sections** and tagged **items**.

Reading is public and needs no authentication. To write, sign in with `POST /auth/token` or use an API key.
"""

# Built once for all applications of a process: inspecting the signatures of all routes takes 50 ms.
ROUTES = APIRouter(responses={"default": {"description": "Any other problem", "content": problems.CONTENT}})
for _router in (archive.router, search.router, auth.router, authoring.router, importing.router, web.router):
    ROUTES.include_router(_router)

PURGE = in_transactions(
    idempotency.purge_expired,
    sign_ins.purge_expired,
    throttle.purge_expired,
    known_addresses.purge_expired,
    previews.purge_expired,
)
PERIODIC_TASKS = (
    PeriodicTask(publish_due, interval=1.0),
    PeriodicTask(PURGE, interval=600.0, initial_delay=600.0),
)


class Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The OpenAPI description, with the schema of problems, which FastAPI does not see in the routes."""
        description = super().openapi()
        description["components"]["schemas"].update(problems.schemas())
        return description


def create_app(settings: Settings | None = None) -> FastAPI:
    """Create the application, for a database that is migrated to this version.

    Raises InvalidDatabaseURL and SigningKeyError for invalid settings; WrongVersion is raised at startup.
    """
    settings = settings or Settings()
    database = Database(settings.database_url)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = CONNECTIONS
        app.state.places = Places()
        app.state.file_readers = FileReaders()
        tasks = (
            *PERIODIC_TASKS,
            PeriodicTask(app.state.key_uses.write, key_uses.INTERVAL, key_uses.INTERVAL, at_stop=True),
        )
        try:
            # For servers that uvicorn starts by itself. `masthead serve` has done both, to print what is wrong, and its
            # workers check the version again, to report it: uvicorn would only log an error that is raised here.
            require_current(database)
            maintenance.bootstrap(database, settings)
            async with run_periodically(database, tasks, app.state.places.writers):
                yield
        finally:
            await app.state.file_readers.close()
            database.close()

    app = Application(
        title="Masthead",
        routes=ROUTES.routes,
        description=DESCRIPTION,
        version=version("masthead"),
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    log_secrets.install()
    app.state.settings = settings
    app.state.database = database
    app.state.key_uses = key_uses.KeyUses()
    app.state.tokens = Tokens(load_signing_keys(settings, database))
    problems.install(app)
    app.state.allowed_methods = AllowedMethods(app.routes)
    app.add_middleware(Methods)
    app.add_middleware(CrossOrigin, origins=settings.cors_origins)
    app.add_middleware(RequestHead)
    app.add_middleware(RootPath, root_path=settings.root_path, trusted_proxies=settings.trusted_proxies)
    app.add_middleware(SecurityHeaders)
    return app
