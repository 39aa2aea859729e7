"""One run: build, fit, resume, evaluate and save.

From Python: `rnnexp.run(rnnexp.compose(["model=lstm", "seed=3"]), "somewhere")`.
"""
