"""Routes for signing in, and for admins to manage users and API keys."""

from fastapi import APIRouter

from app.auth.routes import api_keys, signing_in, users

router = APIRouter()
for part in (signing_in.password_router, signing_in.router, users.router, api_keys.router):
    router.include_router(part)
