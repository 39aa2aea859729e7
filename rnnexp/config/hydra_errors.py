"""Error messages of Hydra, OmegaConf and YAML as one line in the words of rnnexp."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import ListConfig
from omegaconf.errors import ConfigKeyError, OmegaConfBaseException
from yaml import YAMLError

from rnnexp.config.errors import UserError, suggest
from rnnexp.config.yaml_files import conf_folder

_EXPECTED = {
    "Integer": "a whole number",
    "Float": "a number, as in 1e-3",
    "Boolean": "true or false",
    "string": "text",
}
# The extra of rnnexp that installs each of Hydra's launchers and sweepers.
_EXTRAS = {
    "joblib": "parallel",
    "submitit_local": "slurm",
    "submitit_slurm": "slurm",
    "ray": "ray",
    "optuna": "tune",
}
# Where a key may be that was given without its section, as target=y for task.target=y.
_SECTIONS = ("task", "model", "trainer", "optimizer", "hardware")
MAX_SHOWN = 200
"""How many characters of an override an error message shows."""


@contextmanager
def user_errors() -> Iterator[None]:
    """Raise what Hydra, OmegaConf and YAML raise inside the block as a `UserError` of one line."""
    try:
        yield
    except MissingConfigException as error:
        raise UserError(_missing_config(error)) from error
    except OverrideParseException as error:
        raise UserError(
            f"{str(error.override or error)[:MAX_SHOWN]}: expected key=value, as in model=lstm or "
            "model.units=32; quote a value that holds commas, spaces or brackets"
        ) from error
    except YAMLError as error:
        raise UserError(f"a YAML file cannot be read: {_in_one_line(error)}") from error
    except HydraException as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, OmegaConfBaseException):
            raise UserError(explain(cause, _file_of(error))) from error
        several = re.match(r"Ambiguous value for argument '(.+)'", str(error))
        if several:
            raise UserError(f"{several[1]}: several values make a sweep; add -m") from error
        raise UserError(_in_one_line(error)) from error
    except OmegaConfBaseException as error:
        raise UserError(explain(error)) from error
    except ValueError as error:
        raise UserError(_in_one_line(error)) from error


def explain(error: OmegaConfBaseException, file: str = "", prefix: str = "") -> str:
    """Return one line about an unknown key or a value of the wrong type.

    Args:
        error: What OmegaConf raised.
        file: The file that holds the mistake, as `"mine/model/bad.yaml: "`.
        prefix: The path of the node in which OmegaConf looked.
    """
    key = ".".join(part for part in (prefix, error.full_key) if part) or "the experiment"
    if isinstance(error, ConfigKeyError | AttributeError):
        parent = error.parent_node
        names = [str(name) for name in parent if name != "hydra"] if parent else []
        path = key.rpartition(".")[0] or "the experiment"
        deeper = [name for name in _SECTIONS if key in ((parent or {}).get(name) or {})]
        hint = f"did you mean {deeper[0]}.{key}?" if deeper else suggest(str(error.key), names)
        return f"{file}{key}: {path} has no such key; {hint}"
    message = str(error).splitlines()[0]
    typed = re.fullmatch(r"Value '(.*)' of type '\w+' could not be converted to (\w+)", message)
    if typed:
        expected = _EXPECTED.get(typed[2], typed[2])
        return f"{file}{key}: expected {expected}, got '{typed[1]}'"
    if message.endswith("is not a ListConfig, list or tuple."):
        return f"{file}{key}: expected a list, as in [{error.value}], got '{error.value}'"
    if message == "Cannot merge DictConfig with ListConfig":
        kinds = ("a list, as in [a, b]", "a mapping, as in {a: 1}")
        expected, got = kinds if isinstance(error.parent_node, ListConfig) else reversed(kinds)
        return f"{file}{key}: expected {expected}, got {got.partition(',')[0]}"
    if re.match(r"Cannot assign \w+ to Dict|Invalid type assigned: \w+ is not a sub", message):
        return f"{file}{key}: expected a mapping, as in {{a: 1}}, got {error.value!r}"
    named = re.fullmatch(r"Value (.*) \(\w+\) is not a valid input for <enum '\w+'>", message)
    if named:
        return f"{file}{key}: expected a name, got {named[1]}"
    if "not Optional" in message or message.startswith("Incompatible value 'None'"):
        return f"{file}{key}: expected a value, got null"
    return f"{file}{key}: {message[:1].lower()}{message[1:]}"


def _missing_config(error: MissingConfigException) -> str:
    group, _, name = (error.missing_cfg_file or "").rpartition("/")
    # For one name in a list, as in callbacks=[default,mine], Hydra does not say what there is.
    options = error.options or [
        path.stem for path in sorted((conf_folder() / group).glob("*.yaml"))
    ]
    if not group or not options:
        return _in_one_line(error)
    message = f"{group}={name}: there is no such {group}; "
    if group.startswith("hydra/") and name in _EXTRAS:
        extra = f"rnnexp[{_EXTRAS[name]}]"
        return f"{message}it comes with {extra}: pip install '{extra}'"
    return message + suggest(name, options)


def _file_of(error: HydraException) -> str:
    """Return `"mine/model/bad.yaml: "` for a mistake in a file, "" for one on the command line."""
    match = re.match(r"In '([^']+)'", str(error))
    return f"{match[1]}.yaml: " if match else ""


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
