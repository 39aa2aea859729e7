"""The YAML files of --config-dir, looked at before Hydra reads them."""

from pathlib import Path

from hydra._internal.core_plugins import file_config_source
from hydra._internal.sources_registry import SourcesRegistry
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigResult

from rnnexp.config.errors import UserError
from rnnexp.config.interpolations import refuse_reaching
from rnnexp.files.reading import Unreadable, yaml_of

_TAKEN = ("config", "schema")
_OWN = "main"  # what Hydra calls the place of conf/


class FileConfigSource(file_config_source.FileConfigSource):
    """As Hydra's, which goes by the class's name; for every file but those of conf/ it is checked
    that it can be read in a moment, and asks for nothing outside of the experiment."""

    def load_config(self, config_path: str) -> ConfigResult:
        path = Path(self.path) / self._normalize_file_name(config_path)
        if self.provider != _OWN and path.exists():
            if path.stem in _TAKEN:
                raise UserError(f"{path}: would take the place of rnnexp's own; rename it")
            try:
                refuse_reaching(yaml_of(path), str(path))
            except Unreadable as error:
                raise UserError(f"{path}: a YAML file cannot be read: {error}") from error
        return super().load_config(config_path)


def look_before_reading() -> None:
    """Let Hydra load files by `FileConfigSource` from now on."""
    Plugins.instance()  # which would put Hydra's own in its place, later
    SourcesRegistry.instance().types[FileConfigSource.scheme()] = FileConfigSource
