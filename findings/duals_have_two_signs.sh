#!/usr/bin/env bash
# Guess: a modelling library gives the dual of a row one sign, whichever solver finds it.
# Versions: PuLP 3.3.2 with its CBC 2.10.3, highspy 1.15.1 and PySCIPOpt 6.2.0.
# Behaviour: maximise 3x + 5y with 2x + y <= 4 and x + 3y <= 6 (duals 0.8 and 1.4: what a unit more
#   of the right-hand side is worth). PuLP reads them from CBC as they are, from HiGHS negated, and
#   from SCIP not at all, though all three call the program optimal.
# Output seen:
#   COIN_CMD Optimal [0.8, 1.4]
#   HiGHS Optimal [-0.8, -1.4]
#   SCIP_PY Optimal [None, None]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/solve.py" <<'PY'
import pulp

for solver in (
    pulp.COIN_CMD(path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False),
    pulp.HiGHS(msg=False),
    pulp.SCIP_PY(msg=False),
):
    problem = pulp.LpProblem("factory", pulp.LpMaximize)
    x, y = problem.add_variable("x", 0), problem.add_variable("y", 0)
    problem.setObjective(3 * x + 5 * y)
    problem.addConstraint(2 * x + y <= 4, "first")
    problem.addConstraint(x + 3 * y <= 6, "second")
    problem.solve(solver)
    duals = [row.pi if row.pi is None else round(row.pi, 6) for row in problem.constraints()]
    print(solver.name, pulp.LpStatus[problem.status], duals)
PY
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q pulp==3.3.2 highspy==1.15.1 pyscipopt==6.2.0
(cd "$folder" && venv/bin/python -W ignore solve.py) > "$folder/seen"
cat "$folder/seen"
diff <(sed -n '/^# Output seen/,/^set/s/^#   //p' "$0") "$folder/seen"
