"""suasion: optimisation in information design, on LP and MIP solvers.

A sender who wants to persuade a receiver first queries an oracle that simulates her: which
queries, and which messaging policy after them? Start with `solve`::

    import suasion
    result = suasion.solve(suasion.load("instance.json"))

The model is that of Harris, Immorlica, Lucier and Slivkins, *Algorithmic Persuasion Through
Simulation* (arXiv 2311.18138).
"""

from importlib import import_module
from typing import TYPE_CHECKING

from suasion.errors import InputError, OutOfReachError, WrongKindError
from suasion.models.binary.certificate import MessagingCertificate
from suasion.models.binary.discretization import DiscretizedPersuasion
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.menu_lp import Menu
from suasion.models.finite.policy import FinitePolicy
from suasion.models.queries.cut_messages import SimulationQuery, simulation_query
from suasion.models.queries.noisy_plan import NoisyPlan
from suasion.models.queries.oracles import SimulationQueries, ThresholdQueries
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.models.simulation.query_plan import QueryPlan
from suasion.moved import keep_old_names, new_name
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
from suasion.solvers.checking.comparison import Comparison, compare_methods
from suasion.solvers.checking.equilibrium import EquilibriumCheck, check_equilibrium
from suasion.solvers.finite.bounds import Bounds, bounds
from suasion.solvers.frontier.points import Frontier
from suasion.solvers.frontier.search import frontier
from suasion.solvers.solve import methods, solve
from suasion.solvers.threshold.noisy_oracle import degradation, noisy_plan
from suasion.version import __version__

if TYPE_CHECKING:
    from suasion import examples as examples
    from suasion import generate as generate
    from suasion import io as io
    from suasion import plots as plots
    from suasion import reductions as reductions
    from suasion import reports as reports
    from suasion import studies as studies
    from suasion import surveys as surveys
    from suasion import testing as testing
    from suasion.examples.catalogue import example
    from suasion.io import load, save, schema
    from suasion.support import show_versions

keep_old_names()

# Loaded when first named: pydantic alone would double the time of `import suasion`.
_LATER = {
    "example": "suasion.examples.catalogue",
    "load": "suasion.io",
    "save": "suasion.io",
    "schema": "suasion.io",
    "show_versions": "suasion.support",
}
_ROOMS = (
    "examples",
    "generate",
    "io",
    "plots",
    "reductions",
    "reports",
    "studies",
    "surveys",
    "testing",
)


def __getattr__(name: str) -> object:
    renamed = new_name(name)
    if renamed is not None:
        return globals()[renamed]
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    if name in _ROOMS:
        return import_module(f"suasion.{name}")
    raise AttributeError(f"module 'suasion' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, *_ROOMS, "__doc__", "__file__", "__name__", "__path__"]


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
    "PartitionQueries",
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
    "SimulationQueries",
    "SimulationQuery",
    "Simulator",
    "Status",
    "ThresholdQueries",
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
    "show_versions",
    "simulation_query",
    "solve",
]
