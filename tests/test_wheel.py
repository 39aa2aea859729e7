"""The package as it is installed: its wheel carries conf/ and works far from the source tree."""

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from rnnexp.config.yaml_files import conf_folder

SOURCE = Path(__file__).parents[1]


def pip(*arguments):
    subprocess.run([sys.executable, "-m", "pip", *map(str, arguments)], check=True)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the wheel of the source tree in it, its dependencies left where they are."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--wheel-dir", folder, SOURCE)
    (wheel,) = folder.glob("rnnexp-*.whl")
    pip("install", "--no-deps", "--target", folder / "site", wheel)
    return folder / "site"


def rnnexp(installed, cwd, *arguments):
    return subprocess.run(
        [sys.executable, installed / "bin" / "rnnexp", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_the_wheel_carries_every_yaml(installed):
    def every(folder):
        return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.yaml")}

    assert every(installed / "rnnexp" / "conf") == every(conf_folder())


@pytest.mark.slow
def test_the_installed_command_explains_a_unit_in_another_folder(installed, tmp_path):
    shown = rnnexp(installed, tmp_path, "explain", "gru")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "h_t = (1 - z) ⊙ h_{t-1} + z ⊙ candidate" in shown.stdout


@pytest.mark.slow
def test_the_wheel_carries_the_page_of_the_plugin_for_tensorboard(installed):
    def every(folder):
        files = (folder / "rnnexp" / "recurrence" / "frontend").rglob("*.*")
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    assert every(installed) == every(SOURCE)
    (entry,) = metadata.distributions(name="rnnexp", path=[str(installed)])
    (plugin,) = entry.entry_points.select(group="tensorboard_plugins")
    assert plugin.value == "rnnexp.recurrence.plugin:RecurrencePlugin"


@pytest.mark.slow
def test_type_checkers_read_the_annotations_of_the_wheel(installed):
    assert (installed / "rnnexp" / "py.typed").is_file()


@pytest.mark.slow
def test_the_installed_command_composes_and_trains_in_another_folder(installed, tmp_path):
    shown = rnnexp(installed, tmp_path, "train", "--cfg", "job", "model=lstm")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "rnnexp.layers.LSTM" in shown.stdout
    trained = rnnexp(installed, tmp_path, "train", "task.order=row", "trainer.steps=3")
    assert trained.returncode == 0, trained.stderr
    assert list(tmp_path.glob("outputs/runs/*/*/model.keras"))


@pytest.mark.slow
def test_the_installed_command_shows_its_own_place_for_a_mistake(installed, tmp_path):
    shown = rnnexp(installed, tmp_path, "train", "--traceback", "model=gruu")
    assert shown.returncode == 2
    # Only so is it sure that not the source tree has answered above.
    assert str(installed) in shown.stderr
    assert str(SOURCE) + os.sep + "rnnexp" not in shown.stderr
