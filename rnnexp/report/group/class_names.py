"""Short names of classes that stay different where classes of several modules share a name."""

from collections.abc import Iterable

_OWN = "rnnexp"


def class_names(paths: Iterable[str]) -> dict[str, str]:
    """A short name for each class, by its dotted path.

    That is the last part of the path. Where several classes have the same last part, rnnexp's own
    keeps it, and the others have their package before it: "keras LSTM" beside "LSTM". Where this is
    not enough to tell them apart, they have the whole module before it.
    """
    alike: dict[str, list[str]] = {}
    for path in dict.fromkeys(paths):
        alike.setdefault(path.rpartition(".")[2], []).append(path)
    return {path: name for last, same in alike.items() for path, name in _named(last, same)}


def _named(last: str, paths: list[str]) -> Iterable[tuple[str, str]]:
    packages = [path.partition(".")[0] for path in paths]
    for path, package in zip(paths, packages, strict=True):
        is_only_one = packages.count(package) == 1
        if len(paths) == 1 or (is_only_one and package == _OWN):
            yield path, last
        elif is_only_one and "." in path:
            yield path, f"{package} {last}"
        else:
            module = path.rpartition(".")[0]
            yield path, f"{module} {last}" if module else path
