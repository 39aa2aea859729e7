"""Learning tasks, generated or on real data, which are independent of networks."""

from rnnexp.tasks.adding import Adding
from rnnexp.tasks.digits import Digits
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.first_token import FirstToken
from rnnexp.tasks.generated import Generated
from rnnexp.tasks.stored import Stored
from rnnexp.tasks.task import Task

__all__ = [
    "Adding",
    "Digits",
    "Examples",
    "FirstToken",
    "Generated",
    "Inputs",
    "Stored",
    "Targets",
    "Task",
]
