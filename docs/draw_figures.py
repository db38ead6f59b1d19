"""Draw the figures of docs/plots.md: each from the axes `ax` of the code block above it."""

import doctest
import re
from pathlib import Path

from matplotlib import pyplot

PAGE = Path(__file__).with_name("plots.md")
BLOCK = r"^```python\n(.*?)^```$(?:\n\n!\[[^\]]*\]\((figures/[\w-]+\.png)\))?"
DOTS_PER_INCH = 75


def main() -> None:
    """Run the blocks in order and write the figures."""
    pyplot.switch_backend("agg")
    names: dict[str, object] = {}
    for code, target in re.findall(BLOCK, PAGE.read_text(), re.M | re.S):
        for example in doctest.DocTestParser().get_examples(code):
            exec(compile(example.source, PAGE.name, "single"), names)
        if target:
            names["ax"].figure.savefig(PAGE.parent / target, dpi=DOTS_PER_INCH)


if __name__ == "__main__":
    main()
