"""What is to be learned: generated tasks and real data, which know nothing of networks."""

from rnnexp.tasks.adding import Adding
from rnnexp.tasks.digits import Digits
from rnnexp.tasks.first_token import FirstToken
from rnnexp.tasks.task import Task

__all__ = ["Adding", "Digits", "FirstToken", "Task"]
