"""Learning tasks, generated or on real data, which are independent of networks."""

from rnnexp.tasks.examples import Examples, Inputs, Targets
from rnnexp.tasks.generated import Generated
from rnnexp.tasks.own.arrays import Arrays
from rnnexp.tasks.own.dataset import Dataset
from rnnexp.tasks.own.table import Table
from rnnexp.tasks.own.text import Text
from rnnexp.tasks.real.characters import Characters
from rnnexp.tasks.real.cifar10 import CIFAR10
from rnnexp.tasks.real.co2 import CO2
from rnnexp.tasks.real.digits import Digits
from rnnexp.tasks.real.imdb import IMDB
from rnnexp.tasks.real.mnist import MNIST
from rnnexp.tasks.real.next_character import NextCharacter
from rnnexp.tasks.real.series import Series
from rnnexp.tasks.real.sunspots import Sunspots
from rnnexp.tasks.real.temperatures import Temperatures
from rnnexp.tasks.stored import Stored
from rnnexp.tasks.synthetic.adding import Adding
from rnnexp.tasks.synthetic.adding_hs97 import AddingHS97
from rnnexp.tasks.synthetic.copy import Copy
from rnnexp.tasks.synthetic.cycle_navigation import CycleNavigation
from rnnexp.tasks.synthetic.even_pairs import EvenPairs
from rnnexp.tasks.synthetic.first_token import FirstToken
from rnnexp.tasks.synthetic.fitzhugh_nagumo import FitzHughNagumo
from rnnexp.tasks.synthetic.flip_flop import FlipFlop
from rnnexp.tasks.synthetic.modular_arithmetic import ModularArithmetic
from rnnexp.tasks.synthetic.mqar import MQAR
from rnnexp.tasks.synthetic.multiplication import Multiplication
from rnnexp.tasks.synthetic.parity import Parity
from rnnexp.tasks.synthetic.reber import Reber
from rnnexp.tasks.synthetic.repeat_first import RepeatFirst
from rnnexp.tasks.synthetic.repeat_previous import RepeatPrevious
from rnnexp.tasks.synthetic.selective_copy import SelectiveCopy
from rnnexp.tasks.synthetic.temporal_order import TemporalOrder
from rnnexp.tasks.synthetic.variable_copy import VariableCopy
from rnnexp.tasks.task import Task

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
