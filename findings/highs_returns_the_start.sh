#!/usr/bin/env bash
# Guess: a MIP solver that was given a feasible point to start from, and says "Optimal", returns the
#   point whose objective it reports.
# Versions: highspy 1.15.1 and 1.16.0.
# Behaviour: with presolve on, 1.16.0 reports the right status and objective, but `getSolution()` is
#   still the start. Without a start, or with presolve off, it is the optimum; so it is in 1.15.1.
# Output seen:
#   1.15.1 start: Optimal, objective 4, at the point 4
#   1.16.0 start: Optimal, objective 4, at the point 0
#   1.16.0 start, presolve off: Optimal, objective 4, at the point 4
#   1.16.0 no start: Optimal, objective 4, at the point 4
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/solve.py" <<'PY'
import sys

import highspy

COSTS = [-1, 4, -3, -1, 0]
UPPER = [1, 1, 2, 2, 2]
ROWS = [([-2, -1, 0, 2, 2], 1), ([2, -1, -2, -2, 2], 0)]

model = highspy.Highs()
model.setOptionValue("output_flag", False)
model.setOptionValue("presolve", "off" if "presolve off" in sys.argv[1] else "choose")
for j, (cost, upper) in enumerate(zip(COSTS, UPPER)):
    model.addCol(cost, 0, upper, 0, [], [])
    if j < 2:
        model.changeColIntegrality(j, highspy.HighsVarType.kInteger)
for row, side in ROWS:
    model.addRow(-highspy.kHighsInf, side, 5, list(range(5)), row)
model.changeObjectiveSense(highspy.ObjSense.kMaximize)
if "no start" not in sys.argv[1]:
    start = highspy.HighsSolution()
    start.col_value = [0.0] * 5
    model.setSolution(start)
model.run()
status = model.modelStatusToString(model.getModelStatus())
value = sum(c * x for c, x in zip(COSTS, model.getSolution().col_value))
objective = model.getInfo().objective_function_value
print(f"{model.version()} {sys.argv[1]}: {status}, objective {objective:g}, at the point {value:g}")
PY
python3 -m venv "$folder/venv"
python="$folder/venv/bin/python"
{
    "$python" -m pip install -q highspy==1.15.1
    "$python" "$folder/solve.py" "start"
    "$python" -m pip install -q highspy==1.16.0
    "$python" "$folder/solve.py" "start"
    "$python" "$folder/solve.py" "start, presolve off"
    "$python" "$folder/solve.py" "no start"
} | grep -E '^1\.1[56]' > "$folder/seen"
cat "$folder/seen"
diff <(sed -n 's/^#   \(1\.1[56]\)/\1/p' "$0") "$folder/seen"
