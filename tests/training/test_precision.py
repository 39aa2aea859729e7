"""Every precision that a config may name trains, and goes on as if it had never stopped."""

import pytest
from omegaconf import OmegaConf

from rnnexp.config.compose import compose
from rnnexp.config.errors import UserError
from rnnexp.config.schema import Precision
from rnnexp.training.run import run
from tests.training.interrupted import STEPS, TINY, interrupt, numbers

CASES = [(p.name, m) for p in Precision for m in ("gru", "lstm", "simple_rnn")]


@pytest.mark.slow
@pytest.mark.parametrize(("precision", "model"), CASES)
def test_a_precision_trains_and_resumes_bit_for_bit(precision, model, tmp_path):
    asked = [f"hardware.precision={precision}", f"model={model}"]
    interrupt(tmp_path / "stopped", *asked)
    run(OmegaConf.load(tmp_path / "stopped" / "config.yaml"), tmp_path / "stopped")
    run(compose([*TINY, f"trainer.steps={STEPS}", *asked]), tmp_path / "whole")
    assert numbers(tmp_path / "stopped") == numbers(tmp_path / "whole")


@pytest.mark.parametrize("precision", ["float16", "bfloat16", "float8", "int8", "64"])
def test_another_precision_is_refused_with_those_there_are(precision):
    with pytest.raises(UserError) as caught:
        compose([f"hardware.precision={precision}"])
    assert all(p.name in str(caught.value) for p in Precision)
