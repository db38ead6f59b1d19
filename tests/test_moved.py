"""What was importable in version 0.1 still is, with a warning that says where it is now."""

import importlib
import sys

import pytest

import suasion
from suasion.moved import MOVED, RENAMED

# Public classes and functions, by the modules that held them in version 0.1.
OLD = {
    "models.binary": ["BinaryPersuasion"],
    "models.certificate": ["MessagingCertificate"],
    "models.discretization": ["DiscretizedPersuasion"],
    "models.finite": ["FinitePersuasion"],
    "models.finite_menu": ["Menu"],
    "models.finite_policy": ["FinitePolicy"],
    "models.maximum_coverage": ["MaximumCoverage"],
    "models.noisy_plan": ["NoisyPlan"],
    "models.policy": ["MessagingPolicy"],
    "models.program": ["Constraints", "Program", "ProgramSolution", "Variables"],
    "models.queries": ["QuerySelection"],
    "models.query_mip": ["plain_query_mip", "query_mip"],
    "models.query_oracles": ["PartitionOracle", "SimulationOracle", "ThresholdOracle"],
    "models.query_plan": ["QueryPlan"],
    "models.query_policy": ["QuerySet", "QueryTree"],
    "models.set_cover": ["Cover", "SetCover"],
    "models.simulation_queries": ["SimulationQuery", "simulation_query"],
    "reductions": ["REDUCTIONS", "reduced"],
    "solvers": ["methods", "solve"],
    "solvers.backends": ["optimise", "write_model"],
    "solvers.comparison": ["Comparison", "compare_methods"],
    "solvers.equilibrium": ["EquilibriumCheck", "check_equilibrium"],
    "solvers.frontier": ["Frontier", "frontier"],
    "solvers.noisy_oracle": ["degradation", "noisy_plan"],
    "tree_exports": ["to_dot", "to_networkx"],
}


@pytest.fixture
def forgotten():
    """Old names are warned about when first imported in a process; so forget them."""
    before = {name: sys.modules.pop(name, None) for name in [f"suasion.{old}" for old in MOVED]}
    yield
    for name, found in before.items():
        sys.modules.pop(name, None)
        if found is not None:
            sys.modules[name] = found


@pytest.mark.parametrize("module", OLD)
def test_old_import_paths_of_public_names_work(module, forgotten):
    if module in MOVED:
        with pytest.warns(DeprecationWarning, match=f"suasion.{module} is suasion"):
            old = importlib.import_module(f"suasion.{module}")
    else:
        old = importlib.import_module(f"suasion.{module}")
    for name in OLD[module]:
        new = RENAMED.get(name, name)
        assert getattr(old, name) is getattr(suasion, new, getattr(old, name))


@pytest.mark.parametrize("module", MOVED)
def test_every_old_module_leads_somewhere_and_says_where(module, forgotten):
    with pytest.warns(DeprecationWarning, match="since version 0.2"):
        found = importlib.import_module(f"suasion.{module}")
    for place in MOVED[module]:
        new = importlib.import_module(f"suasion.{place}")
        own = [n for n, v in vars(new).items() if getattr(v, "__module__", "") == new.__name__]
        assert all(getattr(found, name) is getattr(new, name) for name in own)


@pytest.mark.parametrize("old", RENAMED)
def test_a_class_under_its_old_name_is_the_class_with_a_warning(old):
    with pytest.warns(DeprecationWarning, match=f"suasion.{old} is suasion.{RENAMED[old]}"):
        found = getattr(suasion, old)
    assert found is getattr(suasion, RENAMED[old])
    assert old not in suasion.__all__


def test_what_never_was_is_not_found():
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("suasion.models.policies")
