"""What is known of a method: where it is, what its value is, and the program that it solves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from suasion.models.programs.program import Program
    from suasion.results import Result
    from suasion.solvers.options import Options

# Solvers whose opinions are worth asking for: those of a linear program, and of an integer one.
LP_SOLVERS = ("highs", "pulp:CBC", "pulp:HiGHS", "cvxpy:CLARABEL")
MIP_SOLVERS = ("highs", "pulp:CBC")


@dataclass(frozen=True)
class Method:
    """A line in a table of methods.

    Attributes
    ----------
    name : str
        What the caller calls it.
    function : str
        ``(problem, Options) -> Result`` as "module:function", imported when used, so that solving
        one kind does not import the others.
    role : "optimal", "lower" or "upper"
        What its value is of the true optimum: the optimum, or a bound on it from below or above.
    program : str, optional
        Its formulation ``(problem) -> Program`` as "module:function", for a method that is one.
    solvers : tuple of str
        Solvers whose opinions `compare_methods` asks for; empty where the method has none to
        choose from, or all would say the same.
    """

    name: str
    function: str
    role: Literal["optimal", "lower", "upper"] = "optimal"
    program: str | None = None
    solvers: tuple[str, ...] = ()

    def run(self, problem: Any, options: Options) -> Result[Any]:
        """The method's answer."""
        function: Callable[[Any, Options], Result[Any]] = named(self.function)
        return function(problem, options)

    def formulation(self, problem: Any) -> Program:
        """The program of `problem`, for methods that are one."""
        assert self.program is not None
        program: Program = named(self.program)(problem)
        return program


def named(where: str) -> Any:
    """What "module:name" names."""
    module, name = where.split(":")
    return getattr(import_module(module), name)
