"""One run: build, fit, resume, evaluate and save.

From Python: `run(compose(["model=lstm", "seed=3"]), "somewhere")`, with `compose` from
`rnnexp.config.compose` and `run` from `rnnexp.training.run`.
"""
