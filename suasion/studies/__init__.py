"""Computational studies: a grid of runs, recorded line by line, resumed, summed up.

`load_study` reads what to run, `run_study` runs it, `read_results` reads what was recorded and
`summary` sums it up; `suasion.plots.studies` draws it.
"""

from suasion.studies.results_file import read_results
from suasion.studies.running import Outcome, Tally, run_study
from suasion.studies.specification import Study, load_study
from suasion.studies.summary import Summary, summary

__all__ = [
    "Outcome",
    "Study",
    "Summary",
    "Tally",
    "load_study",
    "read_results",
    "run_study",
    "summary",
]
