#!/usr/bin/env bash
# Guess: an integer variable that may go up to 2.5 goes up to 2, in every solver of integer programs.
# Versions: highspy 1.13.1, 1.14.0, 1.15.1 and 1.16.0.
# Behaviour: maximise y over whole y in [0, 2.5] with y = 4 x - 1 and x in [0, 2.5], beside a column
#   that is fixed to 0 in the same row. 1.14.0 and 1.15.1 call y = 2.5 optimal, with default options;
#   1.13.1 and 1.16.0 find 2, and so do all four without the fixed column or with the bound 2.
# Output seen:
#   1.13.1 Optimal y = 2
#   1.14.0 Optimal y = 2.5
#   1.15.1 Optimal y = 2.5
#   1.16.0 Optimal y = 2
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/solve.py" <<'PY'
import highspy

model = highspy.Highs()
model.setOptionValue("output_flag", False)
fixed, x = model.addVariable(0, 0), model.addVariable(0, 2.5)
y = model.addVariable(0, 2.5, type=highspy.HighsVarType.kInteger)
model.addConstr(-4 * fixed - 4 * x + y == -1)
model.maximize(y)
status = model.modelStatusToString(model.getModelStatus())
print(f"{model.version()} {status} y = {model.getSolution().col_value[2]:g}")
PY
python3 -m venv "$folder/venv"
python="$folder/venv/bin/python"
for version in 1.13.1 1.14.0 1.15.1 1.16.0; do
    "$python" -m pip install -q "highspy==$version"
    "$python" "$folder/solve.py"
done | grep -E '^1\.1[3456]' > "$folder/seen"
cat "$folder/seen"
diff <(sed -n 's|^#   \(1.1[3456].[01] Optimal\)|\1|p' "$0") "$folder/seen"
