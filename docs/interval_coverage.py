"""How often the interval of two alike groups contains 0: the figures in docs/report.md."""

import numpy as np

from rnnexp.report.aggregate.differences import mean_difference

rng = np.random.default_rng(0)
for n in (5, 10, 20):
    found = [mean_difference(*rng.normal(size=(2, n)), paired=True) for _ in range(2000)]
    print(n, np.mean([one.low <= 0 <= one.high for one in found]))
