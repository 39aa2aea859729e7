"""The page: every number and figure of the report in one HTML file that needs no other."""

import math
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

import rnnexp
from rnnexp.report.aggregate import tables
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.draw.axes import WIDTH, Picture
from rnnexp.report.draw.rendering import Drawn
from rnnexp.report.group.factors import label
from rnnexp.report.group.sections import Group, Section, told
from rnnexp.report.read.layer_measurements import AFTER, BEFORE
from rnnexp.report.read.runs import Run
from rnnexp.report.text import SHORT, plain
from rnnexp.report.write.number_format import NONE, ends, number, percent, small_share

_LEGEND = (
    "score: mean over seeds and its 95 % t interval, cut to what the metric can be. solved: runs "
    "that solved the task of those completed, and the 95 % Wilson interval of the share. steps: "
    "until half of the seeds had solved it, by the validation split after each epoch. horizon: "
    "steps back from the last for which the gradient at the memory stays above 1 % of its last "
    "value, before → after training. carried: what the gates still carry of the first state at the "
    "end. The last two are of the first recurrent layer; they, the seconds and the parameters are "
    "medians over seeds, with the range where it has a width."
)


def page(
    places: Sequence[str],
    runs: Sequence[Run],
    notes: Sequence[str],
    sections: Sequence[tuple[Section, Mapping[str, tuple[Picture, Drawn]]]],
) -> str:
    """The HTML of a report on `runs`, which `sections` have in groups and drawn, by file name."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string(
        files("rnnexp.report.write").joinpath("page.html").read_text(encoding="utf-8")
    )
    shared = _shared([run.folder for run in runs])
    completed = sum(run.completed for run in runs)
    return template.render(
        version=rnnexp.__version__,
        title=", ".join(section.task for section, _ in sections) or "Runs",
        counts=f"{completed} of {len(runs)} runs completed, found in or below",
        places=[plain(place) for place in places],
        notes=notes,
        broken=[_run(run, shared) for run in runs if not run.readable],
        partial=[_run(run, shared) for run in runs if run.readable and run.notes],
        unfinished=[_run(run, shared) for run in runs if run.readable and not run.completed],
        runs=[_run(run, shared) for run in runs],
        sections=[_section(section, drawings) for section, drawings in sections],
    )


def _shared(folders: Sequence[Path]) -> Path:
    """The deepest folder that all of them are in, or the one itself."""
    first, *others = [folder.absolute() for folder in folders]
    for parent in first.parents:
        if all(parent in other.parents for other in others):
            return parent
    return Path()


def _run(run: Run, shared: Path) -> dict[str, str]:
    keys = ("score", "solved", "steps", "steps_to_solve", "seconds", "parameters")
    return {
        "name": plain(run.folder.absolute().relative_to(shared)),
        "state": run.state,
        "reason": run.told,
        "notes": plain("; ".join(run.notes)),
        "seed": number(run.settings.get("seed")),
        **{key: number(run.summary.get(key)) for key in keys},
    }


def _section(section: Section, drawings: Mapping[str, tuple[Picture, Drawn]]) -> dict[str, Any]:
    factors = [plain(name, SHORT) for name in section.factors]
    columns = [{"name": name, "text": True} for name in factors]
    columns += [{"name": name, "text": False} for name in _cells(section, section.groups[0])]
    return {
        "id": section.task,
        "task": section.task,
        "metric": section.measure,
        "smaller": section.metric != "accuracy",
        "factors": ", ".join(factors) or "nothing but the seed",
        "columns": columns,
        "rows": [
            [
                *({"value": label(group.values[name]), "range": ""} for name in section.factors),
                *_cells(section, group).values(),
            ]
            for group in section.groups
        ],
        "legend": _LEGEND,
        "shared": ", ".join(told(k, v) for k, v in section.shared.items()),
        "pictures": [
            {
                "name": name,
                "title": picture.title,
                "caption": picture.caption.strip(),
                "width": round(100 * drawing.width / WIDTH),
                "inline": Markup(drawing.inline),  # ours, not a run's: matplotlib escapes its text
            }
            for name, (picture, drawing) in drawings.items()
        ],
        "missing": _missing(section),
    }


def _cells(section: Section, group: Group) -> dict[str, dict[str, str]]:
    """The columns of a group's row after its settings: a value each, and its interval."""
    accurate = section.metric == "accuracy"
    score = tables.score(section, group)
    successes, share = tables.solved(group)
    completed = len(group.completed)
    steps = tables.steps_until_half(group)
    budget = f"> {number(tables.budget(group))}"
    baseline = next((r.summary.get("baseline") for r in group.completed), None)
    shown = percent if accurate else number
    return {
        "runs": _cell(
            f"{completed}" if completed == len(group.runs) else f"{completed} of {len(group.runs)}"
        ),
        "score": _cell(shown(score.middle), ends(score, accurate)),
        "a guess": _cell(NONE if baseline is None else shown(float(baseline))),
        "solved": _cell(f"{successes} of {completed}", ends(share, True) + " %" * bool(completed)),
        "steps": _cell(budget if steps == float("inf") else number(steps)),
        "horizon": _both(tables.reach(group, BEFORE), tables.reach(group, AFTER)),
        "carried": _both(tables.carried(group, BEFORE), tables.carried(group, AFTER), small_share),
        "seconds": _ranged(tables.over_seeds(group, "seconds")),
        "parameters": _cell(number(tables.over_seeds(group, "parameters").middle)),
    }


def _cell(value: str, interval: str = "") -> dict[str, str]:
    return {"value": value, "range": interval}


def _both(
    before: Interval, after: Interval, shown: Callable[[float], str] = number
) -> dict[str, str]:
    """ "9 → 19" with the range after training, where it is seen at these digits."""
    if math.isnan(before.middle) and math.isnan(after.middle):
        return _cell(NONE)
    low, high = shown(after.low), shown(after.high)
    interval = f"[{low}, {high}]" if low != high else ""
    return _cell(f"{shown(before.middle)} → {shown(after.middle)}", interval)


def _ranged(value: Interval) -> dict[str, str]:
    return _cell(number(value.middle), ends(value) if value.low != value.high else "")


def _missing(section: Section) -> list[str]:
    """What the section's completed runs do not have, so that an absent figure is explained."""
    completed = [run for run in section.runs if run.completed]
    without = sum(not run.layers for run in completed)
    if not without:
        return []
    return [
        f"{without} of {len(completed)} completed runs have no diagnostics: nothing of their "
        "gradients and gates is shown."
    ]
