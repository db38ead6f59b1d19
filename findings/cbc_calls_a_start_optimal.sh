#!/usr/bin/env bash
# Guess: a feasible start makes a MIP solver faster or slower, and does not change the optimum; and
#   a program without a feasible point is not called unbounded.
# Versions: PuLP 3.3.2 with the CBC 2.10.3 that it brings.
# Behaviour: given the zero vector to start from (`warmStart`), CBC calls a knapsack of value 22
#   optimal, whose optimum is 24. And it calls a program unbounded whose relaxation is unbounded,
#   while one of its equations, 2z = 1, has no integer solution.
# Output seen:
#   without a start: Optimal 24
#   from zero: Optimal 22
#   no feasible point: Unbounded
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/solve.py" <<'PY'
import pulp

WEIGHTS, WORTH = [6, 9, 3, 6, 8, 2], [8, 4, 5, 1, 8, 8]


def solve(problem, start):
    path = pulp.PULP_CBC_CMD.pulp_cbc_path
    problem.solve(pulp.COIN_CMD(path=path, msg=False, warmStart=start))
    return pulp.LpStatus[problem.status]


def knapsack(start):
    problem = pulp.LpProblem("knapsack", pulp.LpMaximize)
    taken = [problem.add_variable(f"x{i}", 0, 1, "Integer") for i in range(6)]
    problem.setObjective(pulp.lpSum(a * x for a, x in zip(WORTH, taken)))
    problem.addConstraint(pulp.lpSum(a * x for a, x in zip(WEIGHTS, taken)) <= sum(WEIGHTS) // 2)
    for variable in taken:
        variable.setInitialValue(0)
    return f"{solve(problem, start)} {pulp.value(problem.objective):g}"


problem = pulp.LpProblem("impossible", pulp.LpMaximize)
x = problem.add_variable("x", 0, None, "Integer")
z = problem.add_variable("z", 0, 1, "Integer")
problem.setObjective(1 * x)
problem.addConstraint(2 * z == 1)
print("without a start:", knapsack(False))
print("from zero:", knapsack(True))
print("no feasible point:", solve(problem, False))
PY
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q pulp==3.3.2
(cd "$folder" && venv/bin/python -W ignore solve.py) > "$folder/seen"
cat "$folder/seen"
diff <(sed -n '/^# Output seen/,/^set/s/^#   //p' "$0") "$folder/seen"
