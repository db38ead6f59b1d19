#!/usr/bin/env bash
# HiGHS cannot read the .lp file that it wrote itself, because a variable is called "inflow".
#
# The guess: "inflow" is a name in an .lp file; only the words "inf" and "infinity" are numbers.
# What is: a word that begins with "inf" or "nan", in whatever case, is read as far as it is a
# number (as C's strtod does), and the rest makes the file an error. Names of rows are hit too, and
# "x_inf" is not. In .mps files all is well, and from 1.16.0 on in .lp files too.
#
# Versions: highspy 1.15.1 and 1.16.0; Python 3.11, Linux. Seen 2026-11-30
# (the banner of 1.16.0 left out):
#   1.15.1 does not read, of columns in .lp: inflow, Information, nano
#   1.15.1 does not read, of rows in .lp: inflow, Information, nano
#   1.15.1 does not read, of any in .mps: none
#   1.16.0 does not read, of columns in .lp: none
#   1.16.0 does not read, of rows in .lp: none
#   1.16.0 does not read, of any in .mps: none
#
# Exit status 0 if this is what happens, 1 if something else does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > read.py <<'PYTHON'
import sys

import highspy

NAMES = ("inflow", "Information", "nano", "x_inf", "outflow")


def read_again(column, row, suffix):
    """Whether HiGHS reads what it wrote."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.addVar(0, 4)
    model.changeColCost(0, 1)
    model.addRow(1, 3, 1, [0], [2.0])
    model.passColName(0, column)
    model.passRowName(0, row)
    model.writeModel(f"model.{suffix}")
    again = highspy.Highs()
    again.setOptionValue("output_flag", False)
    return again.readModel(f"model.{suffix}") != highspy.HighsStatus.kError


columns = [name for name in NAMES if not read_again(name, "row", "lp")]
rows = [name for name in NAMES if not read_again("x", name, "lp")]
mps = [name for name in NAMES if not read_again(name, name, "mps")]
version = highspy.Highs().version()
for kind, refused in (("columns in .lp", columns), ("rows in .lp", rows), ("any in .mps", mps)):
    print(f"{version} does not read, of {kind}: {', '.join(refused) or 'none'}")
expected = ["inflow", "Information", "nano"] if version == "1.15.1" else []
sys.exit(not (columns == rows == expected and mps == []))
PYTHON
for version in 1.15.1 1.16.0; do
    python3 -m venv "venv-$version"
    "venv-$version/bin/pip" install --quiet "highspy==$version"
    "venv-$version/bin/python" read.py
done
