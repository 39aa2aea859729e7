"""The jobs of `rnnexp bench --jobs`, on sizes that take no time."""

from dataclasses import replace

import pytest

from rnnexp.bench.job_table import row
from rnnexp.bench.jobs import JOBS, Cost
from rnnexp.bench.ways import LAYERS, WAYS, batches, cost, model_of

SMALL = {
    name: replace(
        job,
        shapes=tuple((min(B, 3), min(T, 4 + k)) for k, (B, T) in enumerate(job.shapes[:2])),
        epochs=1,
        units=(3,) * min(len(job.units), 2),
    )
    for name, job in JOBS.items()
}
ONE_OF_EACH = ["one_step", "tape_loop", "predict", "one_at_a_time"]


def test_every_way_has_a_job():
    assert {job.way for job in JOBS.values()} == {JOBS[name].way for name in ONE_OF_EACH}
    assert {job.way for job in JOBS.values()} == set(WAYS)


@pytest.mark.parametrize("whose", LAYERS)
@pytest.mark.parametrize(
    "name", [n if n in ONE_OF_EACH else pytest.param(n, marks=pytest.mark.slow) for n in JOBS]
)
def test_a_job_costs_something(name, whose):
    found = cost(SMALL[name], LAYERS[whose])
    assert found.seconds > 0
    assert found.mib >= 0


@pytest.mark.parametrize("name", JOBS)
def test_both_do_the_same(name):
    """Models of the same layers in the same places, for the batches of the job."""
    job, models = SMALL[name], [model_of(SMALL[name], layers) for layers in LAYERS.values()]
    shapes = [[layer.compute_output_shape(layer.input.shape) for layer in m.layers] for m in models]
    assert shapes[0] == shapes[1]
    assert {type(layer).__name__ for layer in models[0].layers} == {
        type(layer).__name__ for layer in models[1].layers
    }
    assert [x.shape[:2] for x, _ in batches(job)] == list(job.shapes)


def test_what_the_names_promise():
    def sizes(name, axis):
        return {shape[axis] for shape in JOBS[name].shapes}

    assert len(sizes("twenty_lengths", 1)) == 20
    assert len(sizes("many_batch_sizes", 0)) == 28
    assert len(sizes("tape_loop", 1)) == 40
    assert len(sizes("predict", 0)) == 30
    assert JOBS["one_at_a_time"].shapes[0] == (1, 1)
    assert len(JOBS["eight_layers"].units) == 8
    assert JOBS["wide"].units == (1024,)


def test_the_ratios_are_those_of_pairs():
    ours = [Cost(1.0, 5.0), Cost(30.0, 7.0), Cost(2.0, 6.0)]
    keras = [Cost(2.0, 1.0), Cost(20.0, 1.0), Cost(2.0, 1.0)]
    found = row("predict", ours, keras)
    assert (found["over_keras"], found["lowest"], found["highest"]) == (1.0, 0.5, 1.5)
    assert (found["ours_s"], found["keras_s"], found["ours_mib"]) == (2.0, 2.0, 6.0)
