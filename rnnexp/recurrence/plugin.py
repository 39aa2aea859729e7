"""The plugin that TensorBoard finds by the entry point, and what it answers to its page.

    runs                              the runs, their layers, and the settings in which they differ
    layer?run=R&layer=L               attributes, variables and labels of a layer
    array?run=R&layer=L&name=V        numbers of a variable, at most 256 along each dimension
      &DIM=3&near_DIM=40              at one index (from the end if negative) or nearest to a label
      &most_DIM=1000                  or more of them
    scores?run=R                      losses and scores that TensorBoard knows of the run

An empty L is the whole file. All answers are JSON but the array: four bytes with the length of a
JSON header, the header, and the numbers as float32, with their dimensions and labels in the header.
A request without an answer gets a status of 400 or 404 and {"problem": why}.
"""

import json
import struct
from collections.abc import Iterable
from typing import Any

from tensorboard import plugin_util
from tensorboard.plugins import base_plugin
from werkzeug import Request, Response

from rnnexp.recurrence.answers import (
    Application,
    application,
    etag,
    respond,
    respond_json,
    unchanged,
)
from rnnexp.recurrence.catalogue import Catalogue
from rnnexp.recurrence.frontend_files import frontend_files
from rnnexp.recurrence.listing import listing, runs_of
from rnnexp.recurrence.logdirs import logdirs
from rnnexp.recurrence.problems import Problem, one_line
from rnnexp.recurrence.reader_process import Answer, ReaderProcess
from rnnexp.recurrence.scores import scores

_ALIGNED = 8  # bytes, so that a browser can lay an array of numbers over the answer


class RecurrencePlugin(base_plugin.TBPlugin):
    """Shows what recurrent layers do while they learn.

    Args:
        context: What TensorBoard gives a plugin: its flags and its data.
    """

    plugin_name = "recurrence"

    def __init__(self, context: base_plugin.TBContext) -> None:
        self._flags = context.flags
        folders, _ = logdirs(self._flags)
        self._data = context.data_provider
        self._reader = ReaderProcess()
        self._catalogue = Catalogue(folders, self._reader)

    def is_active(self) -> bool:
        """Whether the tab is shown: if there is any run to look at."""
        return self._catalogue.has_runs()

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """Where TensorBoard finds the page."""
        return base_plugin.FrontendMetadata(
            es_module_path="/index.js", tab_name="Recurrence", disable_reload=False
        )

    def get_plugin_apps(self) -> dict[str, Application]:
        """What answers which request."""
        return {
            **frontend_files(),
            "/runs": application(self._answer_runs),
            "/layer": application(self._answer_layer),
            "/array": application(self._answer_array),
            "/scores": application(self._answer_scores),
        }

    def _answer_runs(self, request: Request) -> Response:
        runs = listing(self._catalogue, self._tensorboard_runs(request))
        _, problem = logdirs(self._flags)  # now: a missing folder may have been made
        return respond_json(request, {"problem": problem, **runs})

    def _answer_layer(self, request: Request) -> Response:
        (layer,) = _arguments(request, "layer")
        return self._of_file(request, "layer", layer=layer)

    def _answer_array(self, request: Request) -> Response:
        layer, name = _arguments(request, "layer", "name")
        query = {k: v for k, v in request.args.items() if k not in ("run", "layer", "name")}
        return self._of_file(request, "array", layer=layer, name=name, query=query)

    def _answer_scores(self, request: Request) -> Response:
        (run,) = _arguments(request, "run")
        found = self._catalogue.run(run)
        names = runs_of(found.folder, self._catalogue.logdirs, self._tensorboard_runs(request))
        if not names:
            return respond_json(request, {})
        context = plugin_util.context(request.environ)
        experiment = plugin_util.experiment_id(request.environ)
        try:
            curves = scores(self._data, context, experiment, names)
        except Exception as error:  # each of TensorBoard's sources of data raises its own
            raise Problem(f"TensorBoard has no scalars now ({one_line(error)})") from error
        return respond_json(request, curves)

    def _of_file(self, request: Request, kind: str, **asked: Any) -> Response:
        (run,) = _arguments(request, "run")
        found = self._catalogue.run(run)
        version = self._catalogue.version(found)
        kept = unchanged(request, etag(request, version))
        if kept:
            return kept
        answer = self._reader.read(kind, found.path, version, **asked)
        if kind == "array":
            tag = etag(request, answer.version)
            return respond(request, _framed(answer), "application/octet-stream", tag)
        told = {"version": answer.version, **answer.answer}
        return respond_json(request, told, answer.version)

    def _tensorboard_runs(self, request: Request) -> Iterable[str]:
        if self._data is None:
            return []
        context = plugin_util.context(request.environ)
        experiment = plugin_util.experiment_id(request.environ)
        try:
            runs = self._data.list_runs(context, experiment_id=experiment)
        except Exception:  # of any kind; the files are there without it
            return []
        return [run.run_name for run in runs]


def _arguments(request: Request, *names: str) -> list[str]:
    missing = [name for name in names if name not in request.args]
    if missing:
        raise Problem(f"the request has no {missing[0]}; expected ?{'=…&'.join(names)}=…", 400)
    return [request.args[name] for name in names]


def _framed(answer: Answer) -> bytes:
    """The header's length, the header, and the numbers at a multiple of eight bytes."""
    header = json.dumps({**answer.answer, "version": answer.version}, ensure_ascii=False).encode()
    header += b" " * (-(4 + len(header)) % _ALIGNED)
    return struct.pack("<I", len(header)) + header + answer.numbers
