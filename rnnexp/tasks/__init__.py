"""Learning tasks, generated or on real data, which are independent of networks."""

from rnnexp.tasks.adding import Adding
from rnnexp.tasks.adding_hs97 import AddingHS97
from rnnexp.tasks.arrays import Arrays
from rnnexp.tasks.characters import Characters
from rnnexp.tasks.cifar10 import CIFAR10
from rnnexp.tasks.co2 import CO2
from rnnexp.tasks.copy import Copy
from rnnexp.tasks.cycle_navigation import CycleNavigation
from rnnexp.tasks.dataset import Dataset
from rnnexp.tasks.digits import Digits
from rnnexp.tasks.even_pairs import EvenPairs
from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.first_token import FirstToken
from rnnexp.tasks.fitzhugh_nagumo import FitzHughNagumo
from rnnexp.tasks.flip_flop import FlipFlop
from rnnexp.tasks.generated import Generated
from rnnexp.tasks.imdb import IMDB
from rnnexp.tasks.mnist import MNIST
from rnnexp.tasks.modular_arithmetic import ModularArithmetic
from rnnexp.tasks.mqar import MQAR
from rnnexp.tasks.multiplication import Multiplication
from rnnexp.tasks.next_character import NextCharacter
from rnnexp.tasks.parity import Parity
from rnnexp.tasks.reber import Reber
from rnnexp.tasks.repeat_first import RepeatFirst
from rnnexp.tasks.repeat_previous import RepeatPrevious
from rnnexp.tasks.selective_copy import SelectiveCopy
from rnnexp.tasks.series import Series
from rnnexp.tasks.stored import Stored
from rnnexp.tasks.sunspots import Sunspots
from rnnexp.tasks.table import Table
from rnnexp.tasks.task import Task
from rnnexp.tasks.temperatures import Temperatures
from rnnexp.tasks.temporal_order import TemporalOrder
from rnnexp.tasks.text import Text
from rnnexp.tasks.variable_copy import VariableCopy

__all__ = [
    "CIFAR10",
    "CO2",
    "IMDB",
    "MNIST",
    "MQAR",
    "Adding",
    "AddingHS97",
    "Arrays",
    "Characters",
    "Copy",
    "CycleNavigation",
    "Dataset",
    "Digits",
    "EvenPairs",
    "Examples",
    "FirstToken",
    "FitzHughNagumo",
    "FlipFlop",
    "Generated",
    "Inputs",
    "ModularArithmetic",
    "Multiplication",
    "NextCharacter",
    "Parity",
    "Reber",
    "RepeatFirst",
    "RepeatPrevious",
    "SelectiveCopy",
    "Series",
    "Stored",
    "Sunspots",
    "Table",
    "Targets",
    "Task",
    "Temperatures",
    "TemporalOrder",
    "Text",
    "VariableCopy",
]
