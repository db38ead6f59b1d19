"""How Sphinx makes the documentation: `sphinx-build -W -b html docs docs/_build/html`."""

from pathlib import Path
from shutil import rmtree

import suasion

# Stubs of names that are gone would be pages that nothing leads to.
rmtree(Path(__file__).parent / "reference" / "generated", ignore_errors=True)

project = "suasion"
author = "The suasion developers"
copyright = author  # noqa: A001
release = version = suasion.__version__

extensions = [
    "sphinx-mathjax-offline",  # formulas without a network
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build", "findings/*.json*"]

html_theme = "furo"
html_title = "suasion"
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["suasion.css"]
html_show_copyright = False
html_theme_options = {"navigation_with_keys": True}

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

# Docstrings are numpydoc. A word in single backticks links where it names something of ours.
default_role = "py:obj"
napoleon_google_docstring = False
napoleon_use_ivar = True
autosummary_generate = True
autosummary_generate_overwrite = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
