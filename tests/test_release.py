"""What a release says of itself is the same everywhere, and holds outside the repository."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

import suasion
from suasion.moved import MOVED, RENAMED

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
CITATION = (ROOT / "CITATION.cff").read_text()
README = (ROOT / "README.md").read_text()
SECTIONS = ["Added", "Changed", "Fixed", "Moved", "Removed"]


def releases():
    """Versions of the changelog with their dates, newest first."""
    return re.findall(r"^## ([\d.]+) - (\S+)$", CHANGELOG, re.M)


def test_changelog_citation_and_readme_name_the_same_version():
    (version, day), *_ = releases()
    assert version == suasion.__version__
    assert f"\nversion: {version}\ndate-released: {day}\n" in CITATION
    assert f"version = {{{version}}},\n  year    = {{{day[:4]}}}" in README


def test_releases_are_dated_and_in_order():
    titles = re.findall(r"^## (.*)$", CHANGELOG, re.M)
    unreleased = ["Unreleased"] if titles[0] == "Unreleased" else []
    assert titles == unreleased + [f"{version} - {day}" for version, day in releases()]
    days = [date.fromisoformat(day) for _, day in releases()]
    assert days == sorted(days, reverse=True)
    for part in re.split(r"^## .*$", CHANGELOG, flags=re.M)[1:]:
        found = re.findall(r"^### (.*)$", part, re.M)
        assert found == [title for title in SECTIONS if title in found]


def test_the_changelog_lists_what_moved():
    listed = dict(re.findall(r"^\| `suasion\.([\w.]+)` \| (.*) \|$", CHANGELOG, re.M))
    places = {old: ", ".join(f"`suasion.{name}`" for name in new) for old, new in MOVED.items()}
    assert listed == {old: f"`suasion.{new}`" for old, new in RENAMED.items()} | places


def test_the_paper_is_cited_alike():
    (reference,) = re.findall(r"^  - type: article$.*", CITATION, re.M | re.S)
    title, url, year = (
        re.search(rf"{key}: (.*)", reference)[1] for key in ("title", "url", "year")
    )
    names = re.findall(r"family-names: (.*)\n +given-names: (.*)", reference)
    assert f"author        = {{{' and '.join(map(', '.join, names))}}}" in README
    for key, value in {"title": title, "year": year, "url": url}.items():
        assert re.search(rf"^  {key} += \{{{re.escape(value)}\}}", README, re.M), key
    assert PYPROJECT["project"]["urls"]["Paper"] == url


def outside(text):
    """A page as the wheel carries it, to be shown where the repository's files are not."""
    hook = PYPROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    assert hook["fragments"] == [{"path": "README.md"}]
    for rule in hook["substitutions"]:
        text = re.sub(rule["pattern"], rule["replacement"], text)
    return text


def test_no_link_of_the_readme_is_dead_outside_the_repository():
    shown = outside(README)
    assert all(re.match(r"https?:|#", link) for link in re.findall(r"\]\(([^)]*)\)", shown))
    assert shown.count("](https://") == README.count("](https://")
    for target in re.findall(r"(?<!!)\[[^\]]+\]\((?!http)([^)]+)\)", README):
        assert f"(`{target}`)" in shown, target


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see [a page](docs/a.md).", "see a page (`docs/a.md`)."),
        ("see [two\nlines](a.md)", "see two\nlines (`a.md`)"),
        ("see [a paper](https://arxiv.org/abs/1).", "see [a paper](https://arxiv.org/abs/1)."),
        ("![a picture](a.png)\n\nText", "Text"),
        ("![a picture](https://a.org/a.png)\n\nText", "![a picture](https://a.org/a.png)\n\nText"),
    ],
)
def test_links_become_names_of_files(text, shown):
    assert outside(text) == shown
