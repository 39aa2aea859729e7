"""The files of the page."""

import hashlib
from pathlib import Path

from werkzeug import Request, Response

from rnnexp.recurrence.answers import Application, application, respond, unchanged

_FOLDER = Path(__file__).parent / "frontend"
_KINDS = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".txt": "text/plain",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}


def frontend_files() -> dict[str, Application]:
    """An application for each file; no path of a request is ever looked for on the disk."""
    files = [path for path in sorted(_FOLDER.rglob("*")) if path.suffix in _KINDS]
    return {f"/{path.relative_to(_FOLDER).as_posix()}": _served(path) for path in files}


def _served(path: Path) -> Application:
    def answer(request: Request) -> Response:
        content = path.read_bytes()
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        kept = unchanged(request, tag)
        return kept or respond(request, content, _KINDS[path.suffix], tag)

    return application(answer)
