"""The page at `/docs`: Swagger UI, served from a package, so that it works without internet access."""

from importlib import resources

from fastapi.openapi.docs import get_swagger_ui_html

ASSETS = {
    "swagger-ui-bundle.js": "application/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
"""The files that the page loads, with their media types."""


def page(title: str) -> bytes:
    html = get_swagger_ui_html(
        openapi_url="openapi.json",
        title=title,
        swagger_js_url="docs/swagger-ui-bundle.js",
        swagger_css_url="docs/swagger-ui.css",
        swagger_favicon_url="docs/favicon-32x32.png",
        swagger_ui_parameters={"tryItOutEnabled": True, "filter": True, "displayRequestDuration": True},
    )
    return bytes(html.body)


def asset(name: str) -> bytes:
    return (resources.files("fastapi_swagger.resources") / name).read_bytes()
