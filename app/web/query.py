"""Routes that ignore nothing that a client asks for: query parameters, and headers that make a write conditional."""

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

READS = ("GET", "HEAD")
MOST_PARAMETERS = 50
"""Different names in a query; no route takes as many."""
_NEVER_EMPTY = {"limit"}
"""Optional parameters of which an empty value is an error: no other size of a page than the one that was meant."""
_TRACKING = frozenset({"_", "fbclid", "gclid"})
"""Parameters that link trackers and caching workarounds append to any URL, besides `utm_*`."""


class QueryRoute(APIRoute):
    """A route that rejects repeated parameters that are not lists, any parameter if it takes none, and conditional
    headers that it does not support.

    An optional parameter without a value, other than `limit`, means an absent one. Tracking parameters of a read are
    ignored.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        shapes = _shapes(self.dependant)
        fields = {field.alias or name: field for shape in shapes for name, field in shape.model_fields.items()}
        optional = {name for name, field in fields.items() if not field.is_required()} - _NEVER_EMPTY
        repeatable = {name for shape in shapes for name in _lists(shape)}
        supported = {field.alias for dependant in flatten(self.dependant) for field in dependant.header_params}

        async def handle_query(request: Request) -> Response:
            is_read = request.method in READS
            if not is_read:
                preconditions.refuse_others(request, supported)
            if request.scope["query_string"]:
                given = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
                meant = [
                    (name, value)
                    for name, value in given
                    if (value or name not in optional) and not (is_read and _is_tracking(name))
                ]
                counts = Counter(name for name, _ in meant)
                if not shapes or len(counts) > MOST_PARAMETERS:
                    unknown = [name for name in counts if name not in fields]
                    faults = [Fault(name, "extra-forbidden", "unknown parameter") for name in unknown[:MOST_PARAMETERS]]
                else:
                    faults = [
                        Fault(name, "given-twice", f"it is given {count} times; send it once")
                        for name, count in counts.items()
                        if count > 1 and name not in repeatable
                    ]
                if faults:
                    raise Invalid(summary(faults), errors=faults)
                if len(meant) < len(given):
                    request.scope["query_string"] = urlencode(meant).encode()
            return await handle(request)

        return handle_query


def flatten(dependant: Dependant) -> Iterator[Dependant]:
    """The dependencies of a route, with those that they have themselves, before the route."""
    for each in dependant.dependencies:
        yield from flatten(each)
    yield dependant


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith("utm_")


def _shapes(dependant: Dependant) -> list[type[BaseModel]]:
    """The models of a route's query parameters. They forbid unknown ones themselves."""
    annotations = [field.field_info.annotation for field in dependant.query_params]
    return [shape for shape in annotations if isinstance(shape, type) and issubclass(shape, BaseModel)]


def _lists(shape: type[BaseModel]) -> list[str]:
    return [
        field.alias or name
        for name, field in shape.model_fields.items()
        if getattr(field.annotation, "__origin__", None) is list
    ]
