"""Reports: one page that a manager can read, print and send on, made of an answer."""

from suasion.reports.instances import report_of_result
from suasion.reports.page import Page
from suasion.reports.policies import States
from suasion.reports.surveys import report_of_survey

__all__ = ["Page", "States", "report_of_result", "report_of_survey"]
