"""suasion: optimisation in information design, on LP and MIP solvers.

A sender who wants to persuade a receiver first queries an oracle that simulates her: which
queries, and which messaging policy after them? Start with `solve`::

    import suasion
    result = suasion.solve(suasion.load("instance.json"))

The model is that of Harris, Immorlica, Lucier and Slivkins, *Algorithmic Persuasion Through
Simulation* (arXiv 2311.18138).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from suasion.errors import InputError, OutOfReachError, WrongKindError
from suasion.models.binary import BinaryPersuasion
from suasion.models.certificate import MessagingCertificate
from suasion.models.discretization import DiscretizedPersuasion
from suasion.models.finite import FinitePersuasion
from suasion.models.finite_menu import Menu
from suasion.models.finite_policy import FinitePolicy
from suasion.models.noisy_plan import NoisyPlan
from suasion.models.policy import MessagingPolicy
from suasion.models.queries import QuerySelection
from suasion.models.query_oracles import PartitionOracle, SimulationOracle, ThresholdOracle
from suasion.models.query_plan import QueryPlan
from suasion.models.query_policy import QuerySet, QueryTree
from suasion.models.set_cover import Cover, SetCover
from suasion.models.simulation_queries import SimulationQuery, simulation_query
from suasion.oracles import (
    BudgetExceededError,
    ContradictionError,
    ExactReceiver,
    Exchange,
    HiddenBelief,
    Knowledge,
    Majority,
    NoisyReceiver,
    Proposal,
    Recorded,
    Respondent,
    SeparationOracle,
    Simulator,
    ask,
    best_action,
    half_spaces,
    locate,
)
from suasion.results import NoAnswerError, Report, Result, Status
from suasion.solvers import methods, solve
from suasion.solvers.comparison import Comparison, compare_methods
from suasion.solvers.equilibrium import EquilibriumCheck, check_equilibrium
from suasion.solvers.finite.bounds import Bounds, bounds
from suasion.solvers.frontier import Frontier, frontier
from suasion.solvers.noisy_oracle import degradation, noisy_plan

if TYPE_CHECKING:
    from suasion.examples import example
    from suasion.io import load, save, schema

__version__ = "0.1.0"

# Loaded when first used: pydantic would double the time of `import suasion`.
_FILES = {
    "example": "suasion.examples",
    "load": "suasion.io",
    "save": "suasion.io",
    "schema": "suasion.io",
}


def __getattr__(name: str) -> Any:
    if name in _FILES:
        return getattr(import_module(_FILES[name]), name)
    raise AttributeError(f"module 'suasion' has no attribute {name!r}")


__all__ = [
    "BinaryPersuasion",
    "Bounds",
    "BudgetExceededError",
    "Comparison",
    "ContradictionError",
    "Cover",
    "DiscretizedPersuasion",
    "EquilibriumCheck",
    "ExactReceiver",
    "Exchange",
    "FinitePersuasion",
    "FinitePolicy",
    "Frontier",
    "HiddenBelief",
    "InputError",
    "Knowledge",
    "Majority",
    "Menu",
    "MessagingCertificate",
    "MessagingPolicy",
    "NoAnswerError",
    "NoisyPlan",
    "NoisyReceiver",
    "OutOfReachError",
    "PartitionOracle",
    "Proposal",
    "QueryPlan",
    "QuerySelection",
    "QuerySet",
    "QueryTree",
    "Recorded",
    "Report",
    "Respondent",
    "Result",
    "SeparationOracle",
    "SetCover",
    "SimulationOracle",
    "SimulationQuery",
    "Simulator",
    "Status",
    "ThresholdOracle",
    "WrongKindError",
    "__version__",
    "ask",
    "best_action",
    "bounds",
    "check_equilibrium",
    "compare_methods",
    "degradation",
    "example",
    "frontier",
    "half_spaces",
    "load",
    "locate",
    "methods",
    "noisy_plan",
    "save",
    "schema",
    "simulation_query",
    "solve",
]
