"""Scores that Keras has no metric for, against loops over sequences."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from rnnexp.training.metrics import BitsPerCharacter, SequenceAccuracy, SequenceLabelAccuracy
from rnnexp.training.normalization import MaskedRMSNormalization

N, T, K = 200, 3, 2
METRICS = {"class": SequenceAccuracy, "labels": SequenceLabelAccuracy}


def drawn(kind):
    """Targets, outputs and weights, of which about every third sequence is right."""
    rng = np.random.default_rng(0)
    predicted = rng.random((N, T, K), dtype=np.float32)
    y = rng.integers(K, size=(N, T)) if kind == "class" else rng.integers(2, size=(N, T, K))
    return (
        y.astype("int32" if kind == "class" else "float32"),
        predicted,
        rng.integers(3, size=(N, T)),
    )


def is_right(kind, target, outputs):
    if kind == "class":
        return outputs[target] == max(outputs)
    return all((output > 0.5) == bool(label) for label, output in zip(target, outputs, strict=True))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", METRICS)
def test_a_sequence_is_right_if_every_target_that_counts_is(kind, weighted):
    y, predicted, weights = drawn(kind)
    expected = [
        all(
            is_right(kind, y[n, t], predicted[n, t])
            for t in range(T)
            if not weighted or weights[n, t] > 0
        )
        for n in range(N)
    ]
    assert 0 < np.mean(expected) < 1
    metric = METRICS[kind]()
    for part in np.split(np.arange(N), [70]):
        metric.update_state(y[part], predicted[part], weights[part] if weighted else None)
    assert float(metric.result()) == pytest.approx(np.mean(expected))


@pytest.mark.slow
def test_a_model_with_classes_of_training_loads_where_only_rnnexp_was_imported(tmp_path):
    model = keras.Sequential(
        [keras.Input((T, 1)), MaskedRMSNormalization(), keras.layers.Dense(K, activation="softmax")]
    )
    scores = [SequenceAccuracy(name="sequence_accuracy"), BitsPerCharacter(name="bits")]
    model.compile("sgd", "sparse_categorical_crossentropy", weighted_metrics=scores)
    model.save(tmp_path / "model.keras")
    script = (
        "import sys, rnnexp, keras, numpy as np\n"
        "model = keras.models.load_model(sys.argv[1])\n"
        "x, y = np.ones((2, 3, 1)), np.ones((2, 3))\n"
        "scores = model.evaluate(x, y, verbose=0, return_dict=True)\n"
        "assert {'sequence_accuracy', 'bits'} <= set(scores), scores"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "model.keras")], check=True)
