#!/usr/bin/env bash
# A free .mps file with short names has another optimum in SCIP 9, and CBC refuses it.
#
# The guess: in the free format fields are what blanks separate, and their columns mean nothing.
# What is: a file does not say which format it is in, so readers guess by columns. A line that ends
# before the first column that could tell is taken for fixed, where " FR B x" names a variable
# "B x": SCIP 9 adds it, leaves x at its default bound 0, loses the side of the row and says optimal;
# CBC says "No match for column". With fields at the columns of the fixed format, and blanks between
# them all the same, the file is read alike by all. SCIP 10 reads both.
#
# Versions: pyscipopt 5.2.1 (SCIP 9.0.1) and 6.3.0 (SCIP 10.0), pulp 3.3.2 with its CBC 2.10.3,
# highspy 1.15.1; Python 3.11, Linux. Seen 2026-11-30:
#   short lines:    HiGHS -4  CBC refuses  SCIP 9 0  SCIP 10 -4
#   fixed columns:  HiGHS -4  CBC -4  SCIP 9 -4  SCIP 10 -4
#
# Exit status 0 if this is what happens, 1 if something else does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
python3 -m venv "$folder/venv9"
"$folder/venv/bin/pip" install --quiet highspy==1.15.1 pulp==3.3.2 pyscipopt==6.3.0
"$folder/venv9/bin/pip" install --quiet pyscipopt==5.2.1
cd "$folder"
cat > short.mps <<'MPS'
NAME p
ROWS
 N c
 G r
COLUMNS
 x c 1
 x r 1
RHS
 RHS r -4
BOUNDS
 FR B x
ENDATA
MPS
cat > columns.mps <<'MPS'
NAME          p
ROWS
 N  c
 G  r
COLUMNS
    x         c         1
    x         r         1
RHS
    RHS       r         -4
BOUNDS
 FR B         x
ENDATA
MPS
cat > scip.py <<'PYTHON'
import sys

import pyscipopt

model = pyscipopt.Model()
model.hideOutput()
model.readProblem(sys.argv[1])
model.optimize()
print(f"{model.getObjVal():g}")
PYTHON
cat > others.py <<'PYTHON'
import re
import subprocess
import sys
from pathlib import Path

import highspy
import pulp

model = highspy.Highs()
model.setOptionValue("output_flag", False)
model.readModel(sys.argv[1])
model.run()
found = Path(f"{sys.argv[1]}.found")
words = [pulp.PULP_CBC_CMD.pulp_cbc_path, sys.argv[1], "-solve", "-solution", str(found), "-quit"]
subprocess.run(words, capture_output=True, check=True)
cbc = re.match(r"Optimal - objective value (\S+)", found.read_text()) if found.exists() else None
print(f"HiGHS {model.getObjectiveValue():g}  CBC {f'{float(cbc[1]):g}' if cbc else 'refuses'}")
PYTHON
asked() {
    echo "$(venv/bin/python others.py "$1")  SCIP 9 $(venv9/bin/python scip.py "$1" 2> /dev/null)" \
        " SCIP 10 $(venv/bin/python scip.py "$1" 2> /dev/null)"
}
short=$(asked short.mps)
columns=$(asked columns.mps)
echo "short lines:    $short"
echo "fixed columns:  $columns"
[ "$short" = "HiGHS -4  CBC refuses  SCIP 9 0  SCIP 10 -4" ]
[ "$columns" = "HiGHS -4  CBC -4  SCIP 9 -4  SCIP 10 -4" ]
