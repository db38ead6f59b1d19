"""Reports: one page that a manager can read, print and send on, made of an answer."""

from suasion.reports.instances import report_of_result
from suasion.reports.page import Page

__all__ = ["Page", "report_of_result"]
