"""Renders the page: all numbers and figures of the report in one HTML file without references."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

import rnnexp
from rnnexp.report.aggregate.differences import Difference
from rnnexp.report.draw.captions import CaptionedFigure
from rnnexp.report.draw.grid import WIDTH
from rnnexp.report.draw.rendering import RenderedFigure
from rnnexp.report.group.notes import section_notes
from rnnexp.report.group.run_group import Section
from rnnexp.report.group.values import format_factor, format_value
from rnnexp.report.metrics import higher_is_better
from rnnexp.report.read.runs import Run
from rnnexp.report.text import SHORT, plain
from rnnexp.report.write.difference_rows import difference_rows
from rnnexp.report.write.group_cells import COLUMN_NOTES, format_guesses, group_cells, known_columns
from rnnexp.report.write.number_format import format_number

SectionFigures = Mapping[str, tuple[CaptionedFigure, RenderedFigure]]


@dataclass(frozen=True)
class SectionContent:
    """What the page shows of a section.

    Args:
        section: The section.
        figures: Its figures, by file name.
        differences: The pairs of its groups that were compared.
    """

    section: Section
    figures: SectionFigures
    differences: Sequence[Difference]


def render_page(
    folders: Sequence[str],
    runs: Sequence[Run],
    notes: Sequence[str],
    sections: Sequence[SectionContent],
    out: Path,
) -> str:
    """Render the page.

    Args:
        folders: The folders in which the runs were looked for.
        runs: All runs that are reported, completed or not.
        notes: What a reader must know before comparing the runs.
        sections: The sections with their figures and differences.
        out: The folder of the page, from which it links to the folders of the runs.

    Returns:
        The text of an HTML file.
    """
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string(
        files("rnnexp.report.write").joinpath("page.html").read_text(encoding="utf-8")
    )
    parent = _common_parent([run.folder for run in runs])
    rows = {id(run): _run_row(run, parent, out) for run in runs}
    n_completed = sum(run.completed for run in runs)
    return template.render(
        version=rnnexp.__version__,
        title=", ".join(one.section.task for one in sections) or "Runs",
        counts=f"{n_completed} of {len(runs)} runs completed, found in or below",
        folders=[plain(folder) for folder in folders],
        notes=notes,
        unreadable=[rows[id(run)] for run in runs if not run.readable],
        partial=[rows[id(run)] for run in runs if run.readable and run.notes],
        unfinished=[rows[id(run)] for run in runs if run.readable and not run.completed],
        runs=list(rows.values()),
        sections=[_section(one) for one in sections],
    )


def _common_parent(folders: Sequence[Path]) -> Path:
    """The deepest folder that contains all of them."""
    first, *others = [folder.absolute() for folder in folders]
    for parent in first.parents:
        if all(parent in other.parents for other in others):
            return parent
    return Path()


def _link(folder: Path, out: Path) -> str:
    """The address of a folder from that of the page; "" if there is none, as on another drive."""
    try:
        path = os.path.relpath(folder.absolute(), out.absolute())
    except ValueError:
        return ""
    # In a quoted path there is no colon, so that no browser takes its beginning for a protocol.
    return f"{quote(os.fsencode(path))}/"


def _run_row(run: Run, parent: Path, out: Path) -> dict[str, str]:
    keys = ("score", "best_score", "solved", "steps", "steps_to_solve", "seconds", "parameters")
    return {
        "link": _link(run.folder, out),
        "name": plain(run.folder.absolute().relative_to(parent)),
        "state": run.state,
        "problems": run.problems,
        "notes": plain("; ".join(run.notes)),
        "seed": format_number(run.settings.get("seed")),
        **{key: format_number(run.summary.get(key)) for key in keys},
    }


def _section(content: SectionContent) -> dict[str, Any]:
    section = content.section
    factors = [plain(name, SHORT) for name in section.columns]
    columns = [{"name": name, "text": True} for name in factors]
    shown = known_columns(section)
    columns += [{"name": name, "text": False} for name in shown]
    common = section.common_settings.items()
    return {
        "id": section.task,
        "task": section.task,
        "metric": section.metric_name,
        "smaller_is_better": higher_is_better(section.metric) is False,
        "guesses": format_guesses(section),
        "factors": ", ".join(factors) or "nothing but the seed",
        "notes": section_notes(section),
        "columns": columns,
        "rows": [
            [
                *({"value": format_value(group.value(n)), "range": ""} for n in section.columns),
                *(cell for name, cell in group_cells(section, group).items() if name in shown),
            ]
            for group in section.groups
        ],
        "differences": difference_rows(section, content.differences),
        "column_notes": COLUMN_NOTES,
        "common_settings": ", ".join(format_factor(key, value) for key, value in common),
        "figures": [
            {
                "name": name,
                "title": figure.title,
                "caption": figure.caption.strip(),
                "width": round(100 * rendered.width / WIDTH),
                "inline": Markup(rendered.inline),  # safe: Matplotlib escapes all text in it
            }
            for name, (figure, rendered) in content.figures.items()
        ],
        "missing": _missing(section),
    }


def _missing(section: Section) -> list[str]:
    """Sentences that explain why figures are absent."""
    completed = [run for run in section.runs if run.completed]
    n_without = sum(not run.layers for run in completed)
    if not n_without:
        return []
    return [
        f"{n_without} of {len(completed)} completed runs have no diagnostics: nothing of their "
        "gradients and gates is shown."
    ]
