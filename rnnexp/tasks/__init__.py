"""Learning tasks, generated or on real data, which are independent of networks."""

from rnnexp.tasks.adding import Adding
from rnnexp.tasks.co2 import CO2
from rnnexp.tasks.digits import Digits
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.first_token import FirstToken
from rnnexp.tasks.generated import Generated
from rnnexp.tasks.series import Series
from rnnexp.tasks.stored import Stored
from rnnexp.tasks.sunspots import Sunspots
from rnnexp.tasks.task import Task
from rnnexp.tasks.temperatures import Temperatures

__all__ = [
    "CO2",
    "Adding",
    "Digits",
    "Examples",
    "FirstToken",
    "Generated",
    "Inputs",
    "Series",
    "Stored",
    "Sunspots",
    "Targets",
    "Task",
    "Temperatures",
]
