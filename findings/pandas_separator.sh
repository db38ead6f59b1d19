#!/usr/bin/env bash
# pandas splits a survey of one question at a letter of its name.
#
# Guess: pandas.read_csv(.., sep=None, engine="python"), documented to detect the separator, finds
#        a comma, semicolon, tab or bar, and leaves a table of one column whole.
# Versions: pandas 3.1.1, numpy 2.4.6, Python 3.11.
# Behaviour: any character may be the separator, letters too: "disease" with the answers yes and no
#        becomes the three columns di, ea and e, without an error or a warning. With a second
#        column after a comma the same answers are read right.
# Output seen:
#        one column:  {'di': ['ye', 'no', 'ye'], 'ea': [nan, nan, nan], 'e': [nan, nan, nan]}
#        two columns: {'disease': ['yes', 'no', 'yes'], 'age': [54, 61, 47]}
#
# Exits with 0 if that is seen, else with 1. Needs bash, python3 with venv, and a package index.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 numpy==2.4.6
"$folder/venv/bin/python" -W error - <<'PYTHON'
import io
import sys

import pandas

one = "disease\nyes\nno\nyes\n"
two = "disease,age\nyes,54\nno,61\nyes,47\n"


def columns(text):
    return pandas.read_csv(io.StringIO(text), sep=None, engine="python").to_dict("list")


print("one column: ", columns(one))
print("two columns:", columns(two))
split = list(columns(one)) == ["di", "ea", "e"]
sys.exit(not (split and columns(two)["disease"] == ["yes", "no", "yes"]))
PYTHON
