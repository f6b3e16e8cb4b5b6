"""The page at `/docs`: Swagger UI, served from a package, so that it works without internet access."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

from fastapi.openapi.docs import get_swagger_ui_html

ASSETS = {
    "swagger-ui-bundle.js": "application/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
"""The files that the page loads, with their media types."""


def beneath(root: str, description: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI description of an API beneath a path: with that as its server, and in the URLs for signing in."""
    if not root:
        return description
    components = description["components"]
    schemes = {name: _scheme_beneath(root, scheme) for name, scheme in components["securitySchemes"].items()}
    return {**description, "servers": [{"url": root}], "components": {**components, "securitySchemes": schemes}}


def _scheme_beneath(root: str, scheme: dict[str, Any]) -> dict[str, Any]:
    # Swagger UI would resolve a relative URL against the last slash of the server's.
    flows = {
        name: {key: f"{root}/{value}" if key in ("tokenUrl", "refreshUrl") else value for key, value in flow.items()}
        for name, flow in scheme.get("flows", {}).items()
    }
    return {**scheme, "flows": flows} if flows else scheme


def page(title: str) -> str:
    html = get_swagger_ui_html(
        openapi_url="openapi.json",
        title=title,
        swagger_js_url="docs/swagger-ui-bundle.js",
        swagger_css_url="docs/swagger-ui.css",
        swagger_favicon_url="docs/favicon-32x32.png",
        swagger_ui_parameters={"tryItOutEnabled": True, "filter": True, "displayRequestDuration": True},
    )
    return bytes(html.body).decode()


def policy_of(html: str) -> str:
    """What the page loads, as directives of its Content-Security-Policy: its files, and the scripts that are in it."""
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)
    return f"script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"


@cache
def asset(name: str) -> bytes:
    return (resources.files("fastapi_swagger.resources") / name).read_bytes()
