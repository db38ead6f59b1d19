#!/usr/bin/env bash
# Guess: PuLP's status tells an optimum from what a solver had found when its time was up, a limit
#   of half a second is a limit, and a limit of 0 seconds is one too.
# Versions: PuLP 3.3.2 with GLPK 5.0; `glpsol` must be installed (Debian: glpk-utils).
# Behaviour: GLPK_CMD gives an incumbent at the time limit the status "Optimal" and the solution
#   status "Optimal Solution Found", although glpsol wrote INTEGER NON-OPTIMAL; it passes fractions
#   of a second on, which glpsol refuses; and 0 it takes for no limit: glpsol is not told one.
# Output seen:
#   1 second: Optimal, Optimal Solution Found
#   half a second: PulpSolverError
#   0 seconds: told no limit
set -euo pipefail
command -v glpsol > /dev/null || { echo "glpsol is not installed" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/solve.py" <<'PY'
import random
from unittest.mock import patch

import pulp


def market_split(limit):
    """Split 40 items evenly in four ways at once: tiny, and hard for its size."""
    draw = random.Random(0)
    problem = pulp.LpProblem("split", pulp.LpMinimize)
    side = [problem.add_variable(f"z{j}", 0, 1, "Integer") for j in range(40)]
    off = [problem.add_variable(f"e{k}", 0) for k in range(8)]
    problem.setObjective(pulp.lpSum(off))
    for k in range(4):
        weights = [draw.randrange(100) for _ in side]
        split = pulp.lpSum(a * z for a, z in zip(weights, side)) + off[k] - off[k + 4]
        problem.addConstraint(split == sum(weights) // 2)
    problem.solve(pulp.GLPK_CMD(msg=False, timeLimit=limit))
    return f"{pulp.LpStatus[problem.status]}, {pulp.LpSolution[problem.sol_status]}"


print("1 second:", market_split(1))
try:
    print("half a second:", market_split(0.5))
except pulp.PulpSolverError as error:
    print("half a second:", type(error).__name__)
with patch("subprocess.call", return_value=1) as call:
    try:
        market_split(0)
    except pulp.PulpSolverError:
        told = "--tmlim" in call.call_args.args[0]
        print("0 seconds:", "told a limit" if told else "told no limit")
PY
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q pulp==3.3.2
(cd "$folder" && venv/bin/python -W ignore solve.py) > "$folder/seen"
cat "$folder/seen"
diff <(sed -n '/^# Output seen/,/^set/s/^#   //p' "$0") "$folder/seen"
