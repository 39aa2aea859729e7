"""Where rnnexp's YAML files are, and checks of the user's before Hydra reads them."""

from pathlib import Path

from hydra._internal.core_plugins import file_config_source
from hydra._internal.sources_registry import SourcesRegistry
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigResult

import rnnexp
from rnnexp.config.errors import UserError
from rnnexp.config.interpolations import refuse_resolvers
from rnnexp.files.reading import Unreadable, read_yaml

_RESERVED = ("config", "schema")
_OWN_PROVIDER = "main"  # Hydra's name for the place of conf/


def conf_folder() -> Path:
    """Return the folder of the YAML files: in an installed package, or beside its source."""
    package = Path(rnnexp.__file__).resolve().parent
    inside = package / "conf"
    return inside if inside.is_dir() else package.parent / "conf"


class FileConfigSource(file_config_source.FileConfigSource):
    """Hydra's reader of YAML files, which checks every file that is not from conf/.

    Such a file must be quick to read, and may refer to nothing outside the experiment. Hydra knows
    a reader by the name of its class, so this one has the name of Hydra's.
    """

    def load_config(self, config_path: str) -> ConfigResult:
        path = Path(self.path) / self._normalize_file_name(config_path)
        if self.provider != _OWN_PROVIDER and path.exists():
            if path.stem in _RESERVED:
                raise UserError(f"{path}: would replace rnnexp's own {path.name}; rename it")
            try:
                refuse_resolvers(read_yaml(path), str(path))
            except Unreadable as error:
                raise UserError(f"{path}: a YAML file cannot be read: {error}") from error
        return super().load_config(config_path)


def use_checked_source() -> None:
    """Let Hydra read files with `FileConfigSource` from now on."""
    Plugins.instance()  # registers Hydra's own reader, which must not happen later
    SourcesRegistry.instance().types[FileConfigSource.scheme()] = FileConfigSource
