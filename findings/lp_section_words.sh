#!/usr/bin/env bash
# A knapsack goes from HiGHS to CBC through an .lp file, and CBC solves its relaxation.
#
# The guess: an .lp file that one solver writes is the same program to another.
# What is: HiGHS heads its sections "bin", "gen" and "semi", empty ones included. CBC does not know
# the words: it takes what follows for more of the section Bounds, integrality is lost without an
# error, and the optimum of the relaxation is called optimal. With "Binaries" and "Generals" in the
# same file, and the empty sections left out, CBC solves the program.
#
# Versions: highspy 1.15.1; pulp 3.3.2 with its CBC 2.10.3; Python 3.11, Linux. Seen 2026-11-30:
#   HiGHS solves what it wrote         7
#   CBC solves what HiGHS wrote        7.75
#   CBC solves it with other headings  7
#
# Exit status 0 if this is what happens, 1 if something else does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet highspy==1.15.1 pulp==3.3.2
cd "$folder"
venv/bin/python - <<'PYTHON'
import re
import subprocess
import sys
from pathlib import Path

import highspy
import pulp

model = highspy.Highs()
model.setOptionValue("output_flag", False)
for cost in (-5.0, -4.0, -3.0):
    model.addVar(0, 1)
    model.changeColCost(model.getNumCol() - 1, cost)
    model.changeColIntegrality(model.getNumCol() - 1, highspy.HighsVarType.kInteger)
model.addRow(-highspy.kHighsInf, 5, 3, [0, 1, 2], [4.0, 2.0, 3.0])
model.writeModel("written.lp")
model.run()
own = -model.getObjectiveValue()


def cbc(name):
    words = [pulp.PULP_CBC_CMD.pulp_cbc_path, name, "-solve", "-solution", "found", "-quit"]
    subprocess.run(words, capture_output=True, check=True)
    return -float(re.match(r"Optimal - objective value (\S+)", Path("found").read_text())[1])


text = Path("written.lp").read_text()
for word, heading in (("bin", "Binaries"), ("gen", "Generals"), ("semi", "")):
    contents = re.search(rf"^{word}\n((?: .*\n)*)", text, re.MULTILINE)
    if contents:
        kept = f"{heading}\n{contents[1]}" if contents[1].strip() else ""
        text = text.replace(contents[0], kept)
Path("renamed.lp").write_text(text)
seen = own, cbc("written.lp"), cbc("renamed.lp")
print(f"HiGHS solves what it wrote         {seen[0]:g}")
print(f"CBC solves what HiGHS wrote        {seen[1]:g}")
print(f"CBC solves it with other headings  {seen[2]:g}")
sys.exit(not (abs(seen[0] - seen[2]) < 1e-6 < seen[1] - seen[0]))
PYTHON
