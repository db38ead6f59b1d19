"""Who answers the questions: protocols to implement, simulated receivers, and asking them."""

from suasion.oracles.asking import ContradictionError, Knowledge, ask
from suasion.oracles.protocols import Exchange, Respondent, Separator, Simulator
from suasion.oracles.simulated import (
    ExactReceiver,
    NoisyReceiver,
    downward,
    type_position,
    uniform,
    upward,
)
from suasion.oracles.wrappers import BudgetExceededError, Majority, Recorded

__all__ = [
    "BudgetExceededError",
    "ContradictionError",
    "ExactReceiver",
    "Exchange",
    "Knowledge",
    "Majority",
    "NoisyReceiver",
    "Recorded",
    "Respondent",
    "Separator",
    "Simulator",
    "ask",
    "downward",
    "type_position",
    "uniform",
    "upward",
]
