"""Headers that every response has, so that a browser does not take it for anything else."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = ((b"x-content-type-options", b"nosniff"),)


class SecurityHeaders:
    """ASGI middleware, the outermost one. The policy of a page (CSP) is set by `responses.PublicPage`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self.app(scope, receive, send_secured if scope["type"] == "http" else send)
