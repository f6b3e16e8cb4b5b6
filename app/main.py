"""The application, put together. `uvicorn --factory app.main:create_app`"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from typing import Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, FastAPI

from app.archive import routes as archive
from app.auth import routes as auth
from app.auth.keys import secret_keys
from app.auth.tokens import Tokens
from app.authoring import routes as authoring
from app.authoring.scheduling import publish_due
from app.db.engine import CONNECTIONS, Database
from app.db.migrations import require_current
from app.publishing import upkeep
from app.search import routes as search
from app.settings import Settings
from app.transfer import routes as transfer
from app.web import problems
from app.web import routes as web
from app.web.cors import CrossOrigin
from app.web.methods import AllowedMethods, Methods

log = logging.getLogger("masthead")

DESCRIPTION = """\
A headless content API for curated newsletters: numbered **issues**, made of **sections**, made of tagged **items**.

Reading is open to all and answers the same to everybody. To write, sign in by `POST /auth/token`.
"""

# Put together once for all applications of a process: reading the signatures of so many takes a twentieth of a second.
ROUTES = APIRouter(responses={"default": {"description": "Any other problem", "content": problems.CONTENT}})
for _router in (archive.router, search.router, auth.router, authoring.router, transfer.router, web.router):
    ROUTES.include_router(_router)

REPEATED = ((1.0, 0.0, publish_due), (600.0, 600.0, upkeep.sweep))
"""What a server does by itself: how often, how long after its start for the first time (in seconds), and what."""


@asynccontextmanager
async def repeating(database: Database) -> AsyncIterator[None]:
    """Do beside the requests what a server does by itself, until the block ends; what has begun is finished then."""
    stopping = asyncio.Event()

    async def pause(seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), seconds)

    async def repeat(every: float, first: float, work: Callable[[Database], object]) -> None:
        await pause(first)
        while not stopping.is_set():
            try:
                await anyio.to_thread.run_sync(work, database)
            except Exception:  # the database may be away; what is wrong now may be right the next time
                log.exception("%s did not work; it is tried again in %d s", work.__name__, every)
            await pause(every)

    tasks = [asyncio.create_task(repeat(*each)) for each in REPEATED]
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(*tasks)


class Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The description of the API, with the shape of its problems, which no route returns as FastAPI knows it."""
        description = super().openapi()
        description["components"]["schemas"].update(problems.schemas())
        return description


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application, for a database that is current.

    Raises WrongVersion at its start when the database is not, UnusableURL and NoSecretKey when settings are amiss.
    """
    settings = settings or Settings()
    database = Database(settings.database_url)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = CONNECTIONS
        # Each password takes a tenth of a second of a processor and 64 MiB: strangers must not take all threads.
        app.state.password_limiter = anyio.CapacityLimiter(2)
        try:
            require_current(database)
            upkeep.bring_up(database, settings)
            async with repeating(database):
                yield
        finally:
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
    app.state.settings = settings
    app.state.database = database
    app.state.tokens = Tokens(secret_keys(settings, database))
    problems.install(app)
    app.state.allowed_methods = AllowedMethods(app.routes)
    app.add_middleware(Methods)
    app.add_middleware(CrossOrigin, origins=settings.cors_origins)
    return app
