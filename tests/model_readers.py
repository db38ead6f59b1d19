"""Solvers that read .lp and .mps files, each asked what it makes of a file.

Solvers are asked in their own words, without suasion: a file must be read right by people who
have nothing else.
"""

import re
import subprocess
import warnings
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reading:
    """What a solver found in a file.

    Attributes
    ----------
    optimum : float or None
        Of the file, which is a minimisation; None if there is none (infeasible or unbounded).
    columns : list of str
        Names of the variables in the solver's order, where the solver tells them.
    """

    optimum: float | None
    columns: list[str] = field(default_factory=list)


def highs(path):
    import highspy

    # Version 1.16.0 prints a banner when callbacks are switched on while output is on.
    class Silent(highspy.Highs):
        def enableCallbacks(self):
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    model = Silent()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    for kind in ("primal", "dual", "mip"):
        model.setOptionValue(f"{kind}_feasibility_tolerance", 1e-9)
    # A warning says that entries below 1e-9 are dropped.
    assert model.readModel(str(path)) != highspy.HighsStatus.kError, f"{path.name} is not read"
    lp = model.getLp()
    assert lp.sense_ == highspy.ObjSense.kMinimize
    assert lp.offset_ == 0
    # A program without variables that cost anything is solved without a run.
    model.run()
    solved = model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Reading(model.getObjectiveValue() if solved else None, list(lp.col_names_))


def scip(path):
    import pyscipopt

    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(str(path))
    assert model.getObjectiveSense() == "minimize"
    names = [variable.name for variable in model.getVars()]
    model.optimize()
    return Reading(model.getObjVal() if model.getStatus() == "optimal" else None, names)


def cbc(path):
    import pulp

    solution = path.with_suffix(".cbc-solution")
    words = [str(path), "-ratioGap", "0", "-printingOptions", "all", "-solve", "-solution"]
    done = subprocess.run(
        [pulp.PULP_CBC_CMD.pulp_cbc_path, *words, str(solution), "-quit"],
        capture_output=True,
        text=True,
        timeout=100,
    )
    if done.returncode < 0:
        # CBC itself is ended by a signal on some programs without an optimum; of one that has an
        # optimum, none is then found, which the comparison notices.
        return Reading(None, [])
    log = done.stdout
    assert solution.exists(), f"{path.name} is not read: {log}"
    assert not re.search(r"[1-9]\d* errors", log), f"{path.name} is not read: {log}"
    head, *lines = solution.read_text().splitlines()
    solution.unlink()
    found = re.match(r"Optimal - objective value (\S+)$", head)
    # Rows come first, then columns, numbered anew from 0.
    names, last = [], -1
    for line in lines:
        number, name = line.replace("**", "  ").split()[:2]
        names = [name] if int(number) <= last or int(number) == 0 else [*names, name]
        last = int(number)
    return Reading(float(found[1]) if found else None, names)


def glpk(path):
    with warnings.catch_warnings():
        # SWIG's own types warn when they are made (Python 3.12).
        warnings.simplefilter("ignore")
        import swiglpk

    swiglpk.glp_term_out(swiglpk.GLP_OFF)
    model = swiglpk.glp_create_prob()
    try:
        if path.suffix == ".lp":
            failed = swiglpk.glp_read_lp(model, None, str(path))
        else:
            failed = swiglpk.glp_read_mps(model, swiglpk.GLP_MPS_FILE, None, str(path))
        assert not failed, f"{path.name} is not read"
        assert swiglpk.glp_get_obj_dir(model) == swiglpk.GLP_MIN
        columns = range(1, swiglpk.glp_get_num_cols(model) + 1)
        names = [swiglpk.glp_get_col_name(model, j) for j in columns]
        # Without its presolver, which ends the process on some small programs.
        swiglpk.glp_simplex(model, None)
        if swiglpk.glp_get_status(model) != swiglpk.GLP_OPT:
            return Reading(None, names)
        stopped = swiglpk.glp_intopt(model, None)
        solved = not stopped and swiglpk.glp_mip_status(model) == swiglpk.GLP_OPT
        return Reading(swiglpk.glp_mip_obj_val(model) if solved else None, names)
    finally:
        swiglpk.glp_delete_prob(model)


READERS = {"highs": highs, "scip": scip, "cbc": cbc, "glpk": glpk}
