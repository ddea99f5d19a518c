"""The human documentation of the interface; the files of its viewer come with the product."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

from api.openapi import older

DOCS = "/docs"
FILES = "/docs/files"
_PARAMETERS = {"deepLinking": True, "tryItOutEnabled": True, "validatorUrl": None}

router = APIRouter(include_in_schema=False)


@router.get("/")
def lead_to_docs() -> RedirectResponse:
    """Lead whoever opens the bare address to the documentation."""
    return RedirectResponse(DOCS.removeprefix("/"))


@router.get(DOCS)
def show_docs() -> HTMLResponse:
    """Show every operation, and let a person try it."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="okr-history",
        swagger_js_url=f"{FILES}/swagger-ui-bundle.js",
        swagger_css_url=f"{FILES}/swagger-ui.css",
        swagger_favicon_url=f"{FILES}/favicon.png",
        swagger_ui_parameters=_PARAMETERS,
    )


@router.get("/openapi-3.1.json")
def show_older_document(request: Request) -> JSONResponse:
    """Describe the interface to generators that know OpenAPI 3.1 only."""
    app: FastAPI = request.app
    return JSONResponse(older(app.openapi()))


def install(app: FastAPI) -> None:
    """Serve the page and the files of its viewer."""
    app.include_router(router)
    folder = Path(str(files("fastapi_offline").joinpath("static")))
    app.mount(FILES, StaticFiles(directory=folder), name="docs-files")
