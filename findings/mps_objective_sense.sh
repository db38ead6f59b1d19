#!/usr/bin/env bash
# An .mps file that HiGHS writes of a maximisation is minimised by CBC and refused by GLPK.
#
# The guess: .mps is the format that all solvers share, and a file that says MAX is maximised.
# What is: the section OBJSENSE, which HiGHS writes, came after the format. SCIP honours it; CBC
# reads past it without a word and minimises; GLPK ends with an error, although the program is the
# same with the objective times -1 and no section, which all of them solve alike.
#
# Versions: highspy 1.15.1, pulp 3.3.2 with its CBC 2.10.3, swiglpk 5.0.13 (GLPK 5.0), pyscipopt
# 6.3.0 (SCIP 10.0); Python 3.11, Linux. Seen 2026-11-30:
#   as HiGHS writes max x + 2 y:  HiGHS 5  SCIP 5  CBC 1  GLPK refuses
#   as min -x - 2 y:              HiGHS -5  SCIP -5  CBC -5  GLPK -5
#
# Exit status 0 if this is what happens, 1 if something else does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet highspy==1.15.1 pulp==3.3.2 swiglpk==5.0.13 pyscipopt==6.3.0
cd "$folder"
venv/bin/python - <<'PYTHON'
import re
import subprocess
import sys
from pathlib import Path

import highspy
import pulp
import pyscipopt
import swiglpk


def written(sense, sign, name):
    """Over x + y <= 3, 1 <= x <= 2, 0 <= y <= 2."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    for cost, low in ((1.0, 1.0), (2.0, 0.0)):
        model.addVar(low, 2)
        model.changeColCost(model.getNumCol() - 1, sign * cost)
    model.addRow(-highspy.kHighsInf, 3, 2, [0, 1], [1.0, 1.0])
    model.changeObjectiveSense(sense)
    model.writeModel(name)
    model.run()
    return f"{model.getObjectiveValue():g}"


def scip(name):
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(name)
    model.optimize()
    return f"{model.getObjVal():g}"


def cbc(name):
    words = [pulp.PULP_CBC_CMD.pulp_cbc_path, name, "-solve", "-solution", "found", "-quit"]
    subprocess.run(words, capture_output=True, check=True)
    optimum = re.match(r"Optimal - objective value (\S+)", Path("found").read_text())[1]
    return f"{float(optimum):g}"


def glpk(name):
    swiglpk.glp_term_out(swiglpk.GLP_OFF)
    model = swiglpk.glp_create_prob()
    if swiglpk.glp_read_mps(model, swiglpk.GLP_MPS_FILE, None, name):
        return "refuses"
    swiglpk.glp_simplex(model, None)
    return f"{swiglpk.glp_get_obj_val(model):g}"


most = written(highspy.ObjSense.kMaximize, 1, "most.mps")
least = written(highspy.ObjSense.kMinimize, -1, "least.mps")
first = [most, scip("most.mps"), cbc("most.mps"), glpk("most.mps")]
second = [least, scip("least.mps"), cbc("least.mps"), glpk("least.mps")]
for words, found in (("as HiGHS writes max x + 2 y:", first), ("as min -x - 2 y:", second)):
    names = ("HiGHS", "SCIP", "CBC", "GLPK")
    print(f"{words:<28}", *(f" {n} {v}" for n, v in zip(names, found, strict=True)))
sys.exit(not (first == ["5", "5", "1", "refuses"] and second == ["-5"] * 4))
PYTHON
