"""What a task is: cheap to import, frozen."""

import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from rnnexp.tasks import Adding


def test_importing_the_tasks_loads_neither_networks_nor_slow_packages_of_data():
    script = "import sys, rnnexp.tasks; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "numpy" in loaded
    slow = {"tensorflow", "keras", "sklearn", "pandas", "statsmodels", "vega_datasets"}
    assert not slow & set(loaded)


def test_a_task_cannot_be_changed_after_its_fields_were_checked():
    with pytest.raises(FrozenInstanceError):
        Adding().length = 0
