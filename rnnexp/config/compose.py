"""From overrides to a composed config; what Hydra says of a mistake becomes one line."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import hydra
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.utils import create_automatic_config_search_path
from hydra.core.config_search_path import ConfigSearchPath, SearchPathQuery
from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from hydra.types import RunMode
from omegaconf import DictConfig
from omegaconf.errors import ConfigKeyError, OmegaConfBaseException
from yaml import YAMLError

import rnnexp
from rnnexp.config.errors import UserError, nearest
from rnnexp.config.schema import register
from rnnexp.config.trust import say, taken_out

_EXPECTED = {
    "Integer": "a whole number",
    "Float": "a number, as in 1e-3",
    "Boolean": "true or false",
    "string": "text",
}

# Which extra brings a launcher or sweeper of Hydra's along.
_EXTRAS = {
    "joblib": "parallel",
    "submitit_local": "slurm",
    "submitit_slurm": "slurm",
    "ray": "ray",
    "optuna": "tune",
}


_LONGEST, _DEEPEST = 1_000_000, 40  # of one override: letters, brackets within each other
_NO_NAMES = r"\s*\[.*[\[{]|[^{]*[^,{]{256}"  # of YAML files
_SHOWN = 200  # letters of it in a line


def conf_folder() -> Path:
    """Where the YAML files are: inside an installed package, beside it in the source tree."""
    package = Path(rnnexp.__file__).resolve().parent
    inside = package / "conf"
    return inside if inside.is_dir() else package.parent / "conf"


def compose(overrides: Sequence[str] = (), config_dir: str | Path | None = None) -> DictConfig:
    """The config that `rnnexp train *overrides --config-dir config_dir` would train.

    Raises UserError for an unknown name, a misspelt key or a value of the wrong type.
    """
    check_overrides(overrides)
    register()
    extra = [f"hydra.searchpath=[file://{_folder(config_dir)}]"] if config_dir else []
    modules, rest = taken_out(overrides)
    with mistakes(), hydra.initialize_config_dir(str(conf_folder()), version_base="1.3"):
        config = hydra.compose("config", overrides=[*extra, *rest])
    if modules:
        say(config, modules)
    return config


def check_overrides(overrides: Sequence[str]) -> None:
    """Raise UserError for what Hydra's parser would never come back from, or not in words."""
    for text in overrides:
        if len(text) > _LONGEST or _depth(text) > _DEEPEST:
            raise UserError(
                f"{text[:_SHOWN]}: expected at most {_LONGEST} letters and {_DEEPEST} brackets "
                f"within each other, got {len(text)} and {_depth(text)}"
            )
        key, _, value = text.partition("=")
        if re.fullmatch(r"[+~]*[\w/@:]+", key) and re.match(_NO_NAMES, value) and key != "outputs":
            raise UserError(
                f"{text[:_SHOWN]}: expected names, as in callbacks=[default,early_stopping], got "
                "lists or mappings within a list, or more than 255 letters"
            )


def settings(overrides: Sequence[str], config_dir: str | Path | None) -> DictConfig:
    """What Hydra is told of itself, unresolved, as `rnnexp train *overrides` tells it."""
    register()
    with mistakes():
        loader = ConfigLoaderImpl(config_search_path=search_path(config_dir))
        node = loader.load_configuration("config", list(overrides), RunMode.MULTIRUN).hydra
        assert isinstance(node, DictConfig)
        return node


def search_path(config_dir: str | Path | None) -> ConfigSearchPath:
    """Where Hydra looks for YAML files: conf/, and `config_dir` as `--config-dir` adds it."""
    places = create_automatic_config_search_path(None, None, str(conf_folder()))
    if config_dir:
        before = SearchPathQuery(provider="schema", path=None)  # which is to stay the last
        places.prepend("command-line", f"file://{_folder(config_dir)}", before)
    return places


@contextmanager
def mistakes() -> Iterator[None]:
    """Raise what Hydra, OmegaConf and YAML say about a mistake as a UserError of one line."""
    try:
        yield
    except MissingConfigException as error:
        raise UserError(_missing(error)) from error
    except OverrideParseException as error:
        raise UserError(
            f"{str(error.override or error)[:_SHOWN]}: expected key=value, as in model=lstm or "
            "model.units=32; quote a value that holds commas, spaces or brackets"
        ) from error
    except YAMLError as error:
        raise UserError(f"a YAML file cannot be read: {_flat(error)}") from error
    except HydraException as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, OmegaConfBaseException):
            raise UserError(explain(cause, _place(error))) from error
        several = re.match(r"Ambiguous value for argument '(.+)'", str(error))
        if several:
            raise UserError(f"{several[1]}: several values make a sweep; add -m") from error
        raise UserError(_flat(error)) from error
    except OmegaConfBaseException as error:
        raise UserError(explain(error)) from error
    except ValueError as error:
        raise UserError(_flat(error)) from error


def explain(error: OmegaConfBaseException, where: str = "", prefix: str = "") -> str:
    """One line for a wrong key or value; `prefix` is the path of the node that holds it."""
    key = ".".join(part for part in (prefix, error.full_key) if part) or "the experiment"
    if isinstance(error, ConfigKeyError | AttributeError):
        parent = error.parent_node
        names = [str(name) for name in parent if name != "hydra"] if parent else []
        path = key.rpartition(".")[0] or "the experiment"
        return f"{where}{key}: {path} has no such key; {nearest(str(error.key), names)}"
    message = str(error).splitlines()[0]
    typed = re.fullmatch(r"Value '(.*)' of type '\w+' could not be converted to (\w+)", message)
    if typed:
        expected = _EXPECTED.get(typed[2], typed[2])
        return f"{where}{key}: expected {expected}, got '{typed[1]}'"
    if "not Optional" in message or message.startswith("Incompatible value 'None'"):
        return f"{where}{key}: expected a value, got null"
    return f"{where}{key}: {message[:1].lower()}{message[1:]}"


def _folder(config_dir: str | Path) -> Path:
    folder = Path(config_dir).resolve()
    if not folder.is_dir():
        raise UserError(f"--config-dir {config_dir}: there is no such folder")
    return folder


def _missing(error: MissingConfigException) -> str:
    group, _, name = (error.missing_cfg_file or "").rpartition("/")
    # Of one in a list, callbacks=[default,mine], Hydra does not say what there is.
    options = error.options or [
        path.stem for path in sorted((conf_folder() / group).glob("*.yaml"))
    ]
    if not group or not options:
        return _flat(error)
    told = f"{group}={name}: there is no such {group}; "
    if group.startswith("hydra/") and name in _EXTRAS:
        return f"{told}it comes with rnnexp[{_EXTRAS[name]}]: pip install 'rnnexp[{_EXTRAS[name]}]'"
    return told + nearest(name, options)


def _place(error: HydraException) -> str:
    """'mine/model/bad.yaml: ' where the mistake stands in a file, nothing on the command line."""
    found = re.match(r"In '([^']+)'", str(error))
    return f"{found[1]}.yaml: " if found else ""


def _depth(text: str) -> int:
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _flat(error: Exception) -> str:
    return " ".join(str(error).split())
