"""The commands that train: `rnnexp train` and `rnnexp resume`, a run or a sweep."""
