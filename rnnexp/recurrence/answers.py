"""How an answer is given over HTTP: as JSON or bytes, with an ETag, or as a problem."""

import hashlib
import json
import secrets
from collections.abc import Callable
from typing import Any

from tensorboard.backend import http_util
from werkzeug import Request, Response

from rnnexp.recurrence.problems import Problem

# A browser does not keep what another version of this package has answered.
_PROCESS = secrets.token_hex(4)
_JSON = "application/json"

Application = Callable[..., Any]
"""A WSGI application."""


def application(answer: Callable[[Request], Response]) -> Application:
    """Serve a function of a request; a `Problem` that it raises becomes the answer."""

    @Request.application
    def served(request: Request) -> Response:
        try:
            if request.method != "GET":
                raise Problem(f"the method is {request.method}; expected GET", 405)
            return answer(request)
        except Problem as problem:
            text = json.dumps({"problem": str(problem)})
            return http_util.Respond(request, text, _JSON, code=problem.code)

    return served


def etag(request: Request, version: str) -> str:
    """The name of one version of what was asked for."""
    query = hashlib.sha256(request.query_string).hexdigest()[:8]
    return f'"{version}-{query}-{_PROCESS}"'


def unchanged(request: Request, tag: str) -> Response | None:
    """The answer to a browser that has this version already; None to one that has not."""
    asked = request.headers.get("If-None-Match", "")
    if tag not in [part.strip().removeprefix("W/") for part in asked.split(",")]:
        return None
    return Response(status=304, headers={"ETag": tag, "Cache-Control": "no-cache"})


def respond(request: Request, content: str | bytes, kind: str, tag: str) -> Response:
    """Answer with a text or bytes that the browser may keep and ask for again."""
    return http_util.Respond(request, content, kind, headers=[("ETag", tag)])


def respond_json(request: Request, value: Any, version: str | None = None) -> Response:
    """Answer with JSON.

    Args:
        request: The request.
        value: What to answer.
        version: The version of it; otherwise that is found from the value.
    """
    text = json.dumps(value, allow_nan=False)
    tag = etag(request, version or hashlib.sha256(text.encode()).hexdigest()[:16])
    return unchanged(request, tag) or respond(request, text, _JSON, tag)
