"""Routes that decide from the head of a request whether they accept it, and ignore nothing that it asks for."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from app.problems import Fault, Invalid
from app.validation import summary
from app.web import preconditions
from app.web.admission import place_to_read

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

READS = ("GET", "HEAD")
MOST_PARAMETERS = 50
"""Different names in a query; no route takes as many."""
_NEVER_EMPTY = {"limit"}
"""Optional parameters of which an empty value is an error: no other size of a page than the one that was meant."""
_TRACKING = frozenset({"_", "fbclid", "gclid"})
"""Parameters that link trackers and caching workarounds append to any URL, besides `utm_*`."""


class HeadDependency(ABC):
    """A dependency that needs only the head of a request, such as a permission. It is decided before anything else, so
    that a request that is rejected costs nothing."""

    @abstractmethod
    async def check(self, request: Request) -> object:
        """Raises a problem to reject the request."""


class StrictRoute(APIRoute):
    """A route that decides who may call it, and rejects unknown and repeated parameters, and conditional headers that
    it does not support.

    An optional parameter without a value, other than `limit`, means an absent one. Tracking parameters of a read are
    ignored.
    """

    def get_route_handler(self) -> Handler:
        handle = self.get_body_handler()
        conditions = self.head_dependencies
        query = _Query(self.dependant)
        supported = {field.alias for each in _flatten(self.dependant) for field in each.header_params}

        async def handle_head(request: Request) -> Response:
            if conditions:
                async with place_to_read(request):
                    for condition in conditions:
                        await condition.check(request)
            if request.method not in READS:
                preconditions.refuse_others(request, supported)
            if request.scope["query_string"]:
                query.check(request)
            return await handle(request)

        return handle_head

    def get_body_handler(self) -> Handler:
        """The handler of requests whose head is accepted."""
        execute = super().get_route_handler()

        async def read_in_its_turn(request: Request) -> Response:
            if request.method not in READS:
                return await execute(request)
            async with place_to_read(request):
                return await execute(request)

        return read_in_its_turn if self.is_limited else execute

    @property
    def is_limited(self) -> bool:
        """Whether its reads need a place: see `admission.OTHER_READERS`."""
        return bool(self.head_dependencies)

    @property
    def head_dependencies(self) -> list[HeadDependency]:
        calls: list[object] = [each.call for each in _flatten(self.dependant)]
        return [call for call in calls if isinstance(call, HeadDependency)]


class LimitedRoute(StrictRoute):
    """A public route that may take long, so that few of its requests are executed at a time."""

    is_limited = True


class _Query:
    """The query parameters of a route. Their models forbid unknown ones themselves."""

    def __init__(self, dependant: Dependant) -> None:
        annotations = [field.field_info.annotation for field in dependant.query_params]
        shapes = [shape for shape in annotations if isinstance(shape, type) and issubclass(shape, BaseModel)]
        self._fields = {field.alias or name: field for shape in shapes for name, field in shape.model_fields.items()}
        self._lists = {
            name for name, field in self._fields.items() if getattr(field.annotation, "__origin__", None) is list
        }
        self._optional = {name for name, field in self._fields.items() if not field.is_required()} - _NEVER_EMPTY

    def check(self, request: Request) -> None:
        """Remove the parameters that are ignored. Raises Invalid for repeated ones, and for very many or, if the route
        takes none, any unknown ones."""
        is_read = request.method in READS
        given = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        meant = [
            (name, value)
            for name, value in given
            if (value or name not in self._optional) and not (is_read and _is_tracking(name))
        ]
        counts = Counter(name for name, _ in meant)
        if not self._fields or len(counts) > MOST_PARAMETERS:
            unknown = [name for name in counts if name not in self._fields]
            faults = [Fault(name, "extra-forbidden", "unknown parameter") for name in unknown[:MOST_PARAMETERS]]
        else:
            faults = [
                Fault(name, "given-twice", f"it is given {count} times; send it once")
                for name, count in counts.items()
                if count > 1 and name not in self._lists
            ]
        if faults:
            raise Invalid(summary(faults), errors=faults)
        if len(meant) < len(given):
            # Before anything has read `request.query_params`, which is made from this once.
            request.scope["query_string"] = urlencode(meant).encode()


def _flatten(dependant: Dependant) -> Iterator[Dependant]:
    """The dependencies of a route, with those that they have themselves, before the route."""
    for each in dependant.dependencies:
        yield from _flatten(each)
    yield dependant


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name[:4].lower() == "utm_"
