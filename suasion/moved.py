"""Modules and classes under their names before version 0.2: they work until 0.3, and warn."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

# Old module, below suasion -> where its names are now.
MOVED = {
    "models.belief_trees": ("models.simulation.belief_trees",),
    "models.best_query_mip": ("models.simulation.best_query_mip",),
    "models.cells": ("models.queries.cells",),
    "models.certificate": ("models.binary.certificate",),
    "models.cones": ("models.simulation.cones",),
    "models.discretization": ("models.binary.discretization",),
    "models.envelope": ("models.binary.envelope",),
    "models.finite_binary": ("models.finite.binary_form",),
    "models.finite_menu": ("models.finite.menu_lp",),
    "models.finite_policy": ("models.finite.policy",),
    "models.finite_pricing_mip": ("models.finite.pricing_mip",),
    "models.finite_profile_lp": ("models.finite.profile_lp",),
    "models.finite_vertices": ("models.finite.vertices",),
    "models.index_lists": ("models.numbers.index_lists",),
    "models.maximum_coverage": ("models.set_cover.maximum_coverage",),
    "models.message_partitions": ("models.simulation.message_partitions",),
    "models.messaging_lp": ("models.binary.messaging_lp",),
    "models.noisy_plan": ("models.queries.noisy_plan",),
    "models.number_tables": ("models.numbers.tables",),
    "models.policy": ("models.binary.policy",),
    "models.pooling": ("models.queries.pooling",),
    "models.program": ("models.programs.program",),
    "models.program_certificate": ("models.programs.certificate",),
    "models.query_mip": ("models.queries.query_mip", "models.queries.plain_query_mip"),
    "models.query_oracles": ("models.queries.oracles", "models.queries.partition_queries"),
    "models.query_plan": ("models.simulation.query_plan",),
    "models.query_policy": ("models.queries.query_set", "models.queries.query_tree"),
    "models.rational_program": ("models.programs.rational",),
    "models.rationals": ("models.numbers.rationals", "models.numbers.arrays"),
    "models.reporting_lp": ("models.binary.reporting_lp",),
    "models.set_cover_mip": ("models.set_cover.mip",),
    "models.set_cover_prices": ("models.set_cover.prices",),
    "models.simulation_queries": ("models.queries.cut_messages",),
    "models.steiner_triples": ("models.set_cover.steiner_triples",),
    "models.threshold_classes": ("models.binary.threshold_classes", "models.numbers.arrays"),
    "solvers.comparison": ("solvers.checking.comparison",),
    "solvers.equilibrium": ("solvers.checking.equilibrium",),
    "solvers.messaging": ("solvers.binary.messaging",),
    "solvers.noisy_oracle": ("solvers.threshold.noisy_oracle",),
    "solvers.program_policies": ("solvers.binary.program_policies",),
    "solvers.reporting": ("solvers.binary.reporting",),
    "tree_exports": ("io.query_trees",),
}


# What can be asked was called an oracle; an oracle is who answers.
RENAMED = {
    "PartitionOracle": "PartitionQueries",
    "SimulationOracle": "SimulationQueries",
    "ThresholdOracle": "ThresholdQueries",
}


class _MovedModules(MetaPathFinder, Loader):
    """Finds a module of an old name, and fills it with what its successors define."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        known = fullname.removeprefix("suasion.") in MOVED and fullname.startswith("suasion.")
        return ModuleSpec(fullname, self) if known else None

    def exec_module(self, module: ModuleType) -> None:
        places = [f"suasion.{name}" for name in MOVED[module.__name__.removeprefix("suasion.")]]
        warnings.warn(
            f"{module.__name__} is {' and '.join(places)} since version 0.2.",
            DeprecationWarning,
            stacklevel=2,
        )
        for place in places:
            public = {k: v for k, v in vars(import_module(place)).items() if k[:2] != "__"}
            renamed = {old: public[new] for old, new in RENAMED.items() if new in public}
            vars(module).update(public | renamed)


def new_name(name: str) -> str | None:
    """What a public name of version 0.1 is called now, with a warning; None if it was none."""
    new = RENAMED.get(name)
    if new is not None:
        warnings.warn(
            f"suasion.{name} is suasion.{new} since version 0.2.", DeprecationWarning, stacklevel=3
        )
    return new


def keep_old_names() -> None:
    """Make the old names importable; once is enough."""
    if not any(isinstance(finder, _MovedModules) for finder in sys.meta_path):
        sys.meta_path.append(_MovedModules())
