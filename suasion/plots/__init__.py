"""Plots with matplotlib: functions that draw on axes they are given and return them."""

from suasion.plots.budgets import budget_plot
from suasion.plots.concave_closure import closure_plot
from suasion.plots.cutoffs import cutoff_plot
from suasion.plots.envelope import envelope_plot
from suasion.plots.figures import write_figure
from suasion.plots.partitions import partition_plot
from suasion.plots.policies import policy_plot
from suasion.plots.searches import progress_plot
from suasion.plots.simplex import simplex_plot
from suasion.plots.studies import gap_plot, proof_plot, ratio_plot, save_plots, time_plot
from suasion.plots.trees import tree_plot

__all__ = [
    "budget_plot",
    "closure_plot",
    "cutoff_plot",
    "envelope_plot",
    "gap_plot",
    "partition_plot",
    "policy_plot",
    "progress_plot",
    "proof_plot",
    "ratio_plot",
    "save_plots",
    "simplex_plot",
    "time_plot",
    "tree_plot",
    "write_figure",
]
