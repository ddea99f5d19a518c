"""Importing a history over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["imports"])
