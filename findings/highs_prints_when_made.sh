#!/usr/bin/env bash
# Guess: a solver object that was only made, or whose output is switched off, prints nothing, so
#   that standard output can carry a program's answer.
# Versions: highspy 1.15.1 and 1.16.0.
# Behaviour: 1.16.0 prints a banner on standard output, by C, while `Highs()` is made, before any
#   option can be set: its constructor enables callbacks, and output is on then. A subclass whose
#   `enableCallbacks` first sets `output_flag` to False prints nothing.
# Output seen:
#   1.15.1 made: 0 lines
#   1.16.0 made: 2 lines
#   1.16.0 made by the subclass: 0 lines
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/subclass.py" <<'PY'
import highspy


class Silent(highspy.Highs):
    def enableCallbacks(self):
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


Silent()
PY
python3 -m venv "$folder/venv"
python="$folder/venv/bin/python"
lines() { "$python" "$@" | wc -l | tr -d ' '; }

"$python" -m pip install -q highspy==1.15.1
before=$(lines -c 'import highspy; highspy.Highs()')
"$python" -m pip install -q highspy==1.16.0
after=$(lines -c 'import highspy; highspy.Highs()')
subclass=$(lines "$folder/subclass.py")
echo "1.15.1 made: $before lines"
echo "1.16.0 made: $after lines"
echo "1.16.0 made by the subclass: $subclass lines"
[ "$before" = 0 ] && [ "$after" != 0 ] && [ "$subclass" = 0 ]
