"""A fake of the server's authentication routes."""

import json
from urllib.parse import parse_qs

import httpx

NAME, PASSWORD = "ada", "a password"


class FakeAuthServer:
    """Issues access tokens, of which the last is valid, and refresh tokens, each of which can be used once."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.given = 0
        self.password = PASSWORD
        self.spent: set[str] = set()
        self.ended = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        match request.url.path:
            case "/auth/token":
                good = parse_qs(request.content.decode())["password"] == [self.password]
                return self.tokens() if good else self.refusal("wrong-password")
            case "/auth/refresh":
                token = json.loads(request.content)["refresh_token"]
                if self.ended or token in self.spent or not token.startswith("refresh-"):
                    return self.refusal("signed-out")
                self.spent.add(token)
                return self.tokens()
            case "/auth/logout":
                self.ended = True
                return httpx.Response(204)
        if request.headers.get("authorization") == f"Bearer access-{self.given}" and not self.ended:
            return httpx.Response(200, json={"name": NAME, "role": "admin", "scopes": []})
        return self.refusal("unauthenticated", 'Bearer realm="masthead", error="invalid_token"')

    def tokens(self) -> httpx.Response:
        self.given += 1
        return httpx.Response(
            200, json={"access_token": f"access-{self.given}", "refresh_token": f"refresh-{self.given}"}
        )

    def expire_token(self) -> None:
        """Invalidate the access token."""
        self.given += 1

    @staticmethod
    def refusal(code: str, challenge: str = 'Bearer realm="masthead"') -> httpx.Response:
        problem = {"code": code, "title": "Who?", "status": 401, "detail": "Sign in."}
        headers = {"content-type": "application/problem+json", "www-authenticate": challenge}
        return httpx.Response(401, json=problem, headers=headers)

    @property
    def asked(self) -> list[str]:
        return [request.url.path.removeprefix("/auth") for request in self.requests]
