"""The process that runs backends: ``python -m suasion.solvers.backends.worker``; see `apart`."""

from __future__ import annotations

import signal
from typing import Any

from suasion.models.programs.program import Program
from suasion.solvers.backends import cvxpy, highs, pulp
from suasion.solvers.backends.outcome import Options, Outcome
from suasion.solvers.child import serve

RUNS = {"highs": highs.run, "pulp": pulp.run, "cvxpy": cvxpy.run}


def main() -> None:
    """Answer until the input ends."""
    serve(_answer)


def _answer(message: tuple[str, Program, Options]) -> Outcome | BaseException:
    """What the backend says, or the error that it raises."""
    library, program, options = message
    alone = library == "pulp" and pulp.starts_a_process(options.name)
    # Ctrl-C also reaches the solver that PuLP started, which then writes down what it has.
    handler: Any = (lambda *_: None) if alone else signal.default_int_handler
    signal.signal(signal.SIGINT, handler)
    try:
        return RUNS[library](program, options)
    except (Exception, KeyboardInterrupt) as error:
        return error


if __name__ == "__main__":
    main()
