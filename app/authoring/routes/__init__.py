"""The routes of authors. The type of a route's `caller` is the permission that it requires; see `auth.permissions`."""

from fastapi import APIRouter

from app.authoring.routes import issues, items, previews, publication, revisions, sections, tags, workflow

router = APIRouter(tags=["writing"])
for part in (issues, workflow, sections, items, tags, publication, revisions, previews):
    router.include_router(part.router)
