"""Strict query parameters: unknown and repeated ones are errors instead of being ignored."""

from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from app.problems import Fault, Invalid
from app.validation import summary


class QueryRoute(APIRoute):
    """A route that rejects repeated parameters that are not lists, and any parameter if it takes none."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        shapes = _shapes(self.dependant)
        repeatable = {name for shape in shapes for name in _lists(shape)}

        async def handle_query(request: Request) -> Response:
            if request.scope["query_string"]:
                given = Counter(name for name, _ in request.query_params.multi_items())
                faults = [
                    Fault(name, "given-twice", f"it is given {count} times; send it once")
                    for name, count in given.items()
                    if count > 1 and name not in repeatable
                ]
                if not shapes:
                    faults = [Fault(name, "extra-forbidden", "unknown parameter") for name in given]
                if faults:
                    raise Invalid(summary(faults), errors=faults)
            return await handle(request)

        return handle_query


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
