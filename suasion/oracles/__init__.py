"""Who answers the questions: protocols to implement, simulated receivers, and asking them."""

from suasion.oracles.asking import ContradictionError, Knowledge, ask
from suasion.oracles.protocols import Exchange, Proposal, Respondent, SeparationOracle, Simulator
from suasion.oracles.separation import HiddenBelief, best_action, half_spaces, locate
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
    "HiddenBelief",
    "Knowledge",
    "Majority",
    "NoisyReceiver",
    "Proposal",
    "Recorded",
    "Respondent",
    "SeparationOracle",
    "Simulator",
    "ask",
    "best_action",
    "downward",
    "half_spaces",
    "locate",
    "type_position",
    "uniform",
    "upward",
]
