"""The page at `/docs`: Swagger UI, served from a package, so that it works without internet access."""

import re
from base64 import b64encode
from hashlib import sha256
from importlib import resources

from fastapi.openapi.docs import get_swagger_ui_html

ASSETS = {
    "swagger-ui-bundle.js": "application/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
"""The files that the page loads, with their media types."""


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


def asset(name: str) -> bytes:
    return (resources.files("fastapi_swagger.resources") / name).read_bytes()
