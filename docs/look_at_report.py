"""Open reports in a real browser, at both widths and printed, and check what only it knows.

    python docs/look_at_report.py PAGE.html [PAGE.html ..] [--pictures FOLDER]

Needs chromium (or the browser that $BROWSER names). Nothing may be wider than the page, every
picture must be seen, and nothing may be fetched. With --pictures, screenshots and a PDF are kept.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

WIDTHS = (1200, 390)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--virtual-time-budget=5000"),
)
# Headless windows are at least 500 wide, so that the page is measured in a frame.
MEASURE = """
const frame = document.querySelector("iframe");
frame.onload = () => {
  const page = frame.contentDocument, root = page.documentElement;
  const seen = [...page.querySelectorAll("figure > svg, svg.bar")].map(picture => {
    const box = picture.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.right <= root.clientWidth + 0.5;
  });
  const text = [...page.querySelectorAll("figure > svg text")].map(
    word => word.getBoundingClientRect().height);
  const found = {
    scroll: root.scrollWidth, client: root.clientWidth, height: root.scrollHeight,
    pictures: seen.length, hidden: seen.filter(one => !one).length,
    smallest: text.length ? Math.min(...text) : null,
    fetched: frame.contentWindow.performance.getEntriesByType("resource").map(e => e.name),
  };
  const told = document.createElement("pre");
  told.id = "found";
  told.textContent = JSON.stringify(found);
  document.body.append(told);
};
frame.srcdoc = SOURCE;
"""


def browse(*arguments: str) -> str:
    """Run the browser once, with a profile that is thrown away."""
    browser = os.environ.get("BROWSER", "chromium")
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *FLAGS, f"--user-data-dir={profile}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def measured(page: Path, width: int, folder: Path) -> dict[str, Any]:
    """What the browser says of a page that is so many pixels wide."""
    source = json.dumps(page.read_text(encoding="utf-8")).replace("<", "\\u003c")
    frame = f'<iframe style="border:0" width="{width}" height="2400"></iframe>'
    script = MEASURE.replace("SOURCE", source)
    wrapper = folder / f"{page.stem}-{width}.html"
    body = f'<body style="margin:0">{frame}<script>{script}</script></body>'
    wrapper.write_text(f'<!DOCTYPE html><meta charset="utf-8">{body}', encoding="utf-8")
    dom = browse("--dump-dom", f"--window-size={max(width, 500)},2400", wrapper.as_uri())
    found = re.search(r'<pre id="found">(.*?)</pre>', dom, re.DOTALL)
    if found is None:
        raise SystemExit(f"{page}: the browser did not measure it.")
    result: dict[str, Any] = json.loads(html.unescape(found[1]))
    return result


def faults(found: dict[str, Any]) -> list[str]:
    """What is wrong with a page."""
    said = []
    if found["scroll"] > found["client"]:
        said.append(f"is {found['scroll']} wide in a window of {found['client']}")
    if found["hidden"]:
        said.append(f"hides {found['hidden']} of {found['pictures']} pictures")
    if found["smallest"] is not None and found["smallest"] < 8:
        said.append(f"has a picture with text {found['smallest']:.1f} high")
    if found["fetched"]:
        said.append(f"fetches {', '.join(found['fetched'])}")
    return said


def pictured(page: Path, width: int, height: int, folder: Path) -> None:
    """Keep a screenshot of the whole page."""
    frame = f'<iframe style="border:0" width="{width}" height="{height}" src="{page.as_uri()}">'
    wrapper = folder / f"{page.stem}-{width}-picture.html"
    wrapper.write_text(f'<!DOCTYPE html><body style="margin:0">{frame}</iframe></body>')
    shot = folder / f"{page.stem}-{width}.png"
    size = f"--window-size={max(width, 500)},{height}"
    browse(size, f"--screenshot={shot}", wrapper.as_uri())
    wrapper.unlink()


def main() -> int:
    """Check the pages named; 1 if something is wrong with one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        for page in map(Path.resolve, given.pages):
            for width in WIDTHS:
                found = measured(page, width, Path(name))
                said = faults(found)
                wrong += bool(said)
                print(f"{page.name} at {width}: {'; '.join(said) or 'well'} {found}")
                if given.pictures:
                    pictured(page, width, found["height"], given.pictures.resolve())
            pdf = (given.pictures or Path(name)).resolve() / f"{page.stem}.pdf"
            browse("--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri())
            pages = len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))
            wrong += pages == 0
            print(f"{page.name} printed: {pages} pages")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
