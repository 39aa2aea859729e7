"""An interrupted run whose files were spoilt, or whose config was edited: nothing is lost."""

import json
import shutil
import zipfile

import numpy as np
import pytest
from omegaconf import OmegaConf

from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.tasks import FirstToken
from rnnexp.training.checkpoint import DamagedCheckpoint, load
from rnnexp.training.run import run
from rnnexp.training.training_log import TrainingLog
from tests.training.interrupted import STEPS, TINY, interrupt, numbers


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stopped")
    interrupt(folder)
    return folder


@pytest.fixture
def folder(stopped, tmp_path):
    return shutil.copytree(stopped, tmp_path / "run")


def edit(folder, **changes):
    config = OmegaConf.load(folder / "config.yaml")
    for key, value in changes.items():
        OmegaConf.update(config, key, value)
    OmegaConf.save(config, folder / "config.yaml")
    return config


def contents(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and p.name != ".lock"}


def test_a_checkpoint_that_cannot_be_read_stays_and_nothing_is_written(folder):
    """A folder in its place stands for what the system will not give: no bytes, and no damage."""
    (folder / "checkpoint.npz").rename(folder / "kept")
    (folder / "checkpoint.npz").mkdir()
    before = contents(folder)
    with pytest.raises(UserError, match=r"cannot be read: .*nothing was changed"):
        run(OmegaConf.load(folder / "config.yaml"), folder)
    assert contents(folder) == before
    assert (folder / "checkpoint.npz").is_dir()


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer.learning_rate": 0.001},
        {"model.units": 5},
        {"seed": 3},
        {"task.symbols": 7},
        {"trainer.batch_size": 16, "hardware.precision": "float64"},
        {"trainer.steps": 3},
        {"trainer.epochs": 1},
    ],
    ids=lambda change: " ".join(change),
)
def test_an_edited_config_is_refused_with_the_keys_that_changed(folder, change):
    edited = edit(folder, **change)
    before = contents(folder)
    with pytest.raises(UserError) as caught:
        run(edited, folder)
    for key, value in change.items():
        assert f"{key}={value}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert contents(folder) == before


@pytest.mark.slow
def test_a_run_made_longer_ends_as_one_that_was_longer_from_the_start(folder, tmp_path):
    longer = {"trainer.steps": STEPS + 3, "trainer.checkpoint_seconds": 5.0}
    run(edit(folder, **longer), folder)
    run(compose([*TINY, f"trainer.steps={STEPS + 3}"]), tmp_path / "longer")
    assert numbers(folder) == numbers(tmp_path / "longer")


SPOILT = {
    "no text": b"\xff\xfe\x00",
    "another table": b"a,b\n1,2\n",
    "half a row": b"epoch,step,loss\n1,3",
    "no number": b"epoch,step\n1,three\n",
    "empty": b"",
}


ROWS = [{"epoch": 1, "step": 3, "val_accuracy": 0.25}, {"epoch": 2, "step": 6, "val_accuracy": 1.0}]


def recorded(folder, rows):
    """The record of a training that goes on after `rows`."""
    record = TrainingLog(FirstToken(), folder, None, 3, 0.0, rows)
    record.rewind(6)
    return record


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_table_is_kept_told_and_written_anew(tmp_path, kind, capsys):
    (tmp_path / "metrics.csv").write_bytes(SPOILT[kind])
    assert recorded(tmp_path, [*ROWS]).steps_to_solve == 6
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "metrics.damaged.csv" in err
    assert (tmp_path / "metrics.damaged.csv").read_bytes() == SPOILT[kind]
    text = (tmp_path / "metrics.csv").read_text()
    assert text == "epoch,step,val_accuracy\n1,3,0.25\n2,6,1.0\n"


def test_a_table_that_is_gone_is_told_and_written_anew(tmp_path, capsys):
    recorded(tmp_path, [*ROWS])
    assert capsys.readouterr().err.count("\n") == 1
    assert (tmp_path / "metrics.csv").read_text().count("\n") == 3


def test_rows_after_the_checkpoint_are_to_come_again_without_a_word(tmp_path, capsys):
    recorded(tmp_path, [*ROWS])
    capsys.readouterr()
    recorded(tmp_path, ROWS[:1])
    assert capsys.readouterr().err == ""
    assert (tmp_path / "metrics.csv").read_text() == "epoch,step,val_accuracy\n1,3,0.25\n"
    recorded(tmp_path, [])
    assert capsys.readouterr().err == ""
    assert not (tmp_path / "metrics.csv").exists()


@pytest.mark.slow
def test_a_run_whose_table_was_spoilt_ends_with_every_row(folder, tmp_path):
    (folder / "metrics.csv").write_bytes(b"epoch,step\n1,three\n")
    run(OmegaConf.load(folder / "config.yaml"), folder)
    run(compose([*TINY, f"trainer.steps={STEPS}"]), tmp_path / "whole")
    assert numbers(folder) == numbers(tmp_path / "whole")


def rewritten(folder, change, compression=zipfile.ZIP_STORED):
    """Write the checkpoint anew, its text changed by `change`, with checksums that are right."""
    path = folder / "checkpoint.npz"
    with np.load(path) as file:
        arrays = dict(file)
    about = json.loads(str(arrays["checkpoint"]))
    change(about, arrays)
    arrays["checkpoint"] = np.array(json.dumps(about))
    save = np.savez if compression == zipfile.ZIP_STORED else np.savez_compressed
    save(path, **arrays)


@pytest.mark.parametrize(
    "change",
    [
        lambda about, _: about["place"].update(epoch="1"),
        lambda about, _: about["place"].update(step=-1),
        lambda about, _: about["place"].update(seconds=float("nan")),
        lambda about, _: about["place"].pop("batch"),
        lambda about, _: about.update(place=[]),
        lambda about, _: about.update(callbacks=[3]),
        lambda about, _: about.update(callbacks=[{"best": {"array": "nowhere"}}]),
        lambda about, _: about.update(callbacks=[{"best": {"keras.ops": "nowhere"}}]),
        lambda about, _: about.update(rows=[3]),
        lambda about, _: about.update(config=[]),
        lambda about, _: about.clear(),
        lambda _, arrays: arrays.update(more=np.zeros(3)),
    ],
)
def test_a_checkpoint_of_other_types_is_damaged(folder, change):
    rewritten(folder, change)
    with pytest.raises(DamagedCheckpoint) as caught:
        load(folder)
    assert "\n" not in str(caught.value)


def test_a_checkpoint_that_grows_when_it_is_read_is_damaged(folder):
    rewritten(folder, lambda *_: None, zipfile.ZIP_DEFLATED)
    with pytest.raises(DamagedCheckpoint, match="compressed"):
        load(folder)


def test_an_array_that_promises_more_than_there_is_is_damaged(folder):
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,), }"
    array = np.lib.format.MAGIC_PREFIX + bytes((1, 0)) + len(header).to_bytes(2, "little") + header
    with zipfile.ZipFile(folder / "checkpoint.npz", "w") as archive:
        archive.writestr("variable.0000.npy", array)
    with pytest.raises(DamagedCheckpoint, match="10000000000000"):
        load(folder)


def test_one_run_is_not_trained_into_the_folder_of_a_sweep(tmp_path):
    (tmp_path / "sweep.json").write_text("{}")
    with pytest.raises(UserError, match="found a sweep in it"):
        run(compose(TINY), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["sweep.json"]


@pytest.mark.parametrize("text", ["", "[]", "{", '"running"', "\udcff", "[" * 9999])
def test_a_spoilt_summary_is_one_line(folder, text):
    (folder / "summary.json").write_text(text, errors="surrogateescape")
    before = contents(folder)
    with pytest.raises(UserError, match=r"summary.json: expected the summary") as caught:
        run(OmegaConf.load(folder / "config.yaml"), folder)
    assert "\n" not in str(caught.value)
    assert contents(folder) == before
