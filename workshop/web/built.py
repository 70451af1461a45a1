"""Built stylesheets, scripts, icons and fonts, in the smallest form the browser takes."""

from flask import Blueprint, Response, request, send_from_directory

from workshop.config import resource_dir
from workshop.render.assets import asset

pages = Blueprint("built", __name__)

ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@pages.get("/static/dist/<name>")
def built(name: str) -> Response:
    """A built file; the build lays compressed copies beside those that profit."""
    folder = resource_dir("static") / "dist"
    for encoding, ending in ENCODINGS:
        if request.accept_encodings[encoding] and (folder / f"{name}{ending}").is_file():
            response = send_from_directory(folder, f"{name}{ending}", mimetype=_kind(name))
            response.headers["Content-Encoding"] = encoding
            break
    else:
        response = send_from_directory(folder, name)
    response.headers["Vary"] = "Accept-Encoding"
    return response


@pages.get("/sw.js")
def service_worker() -> Response:
    """The service worker, where it may serve every page; a new one is noticed at once."""
    response = built(asset("sw.js").rsplit("/", 1)[-1])
    response.headers["Cache-Control"] = "no-store"
    return response


def _kind(name: str) -> str:
    return {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}[name.rsplit(".", 1)[-1]]
