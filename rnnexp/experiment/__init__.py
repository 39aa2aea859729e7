"""One run: composed from a config, trained, evaluated, saved.

From Python: `run(compose(["model=lstm", "seed=3"]), "somewhere")`, with `compose` from
`rnnexp.experiment.compose` and `run` from `rnnexp.experiment.run`.
"""
