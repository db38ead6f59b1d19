"""Surveys: numbers that hold for people who were not asked."""

from suasion.surveys.assessment import Assessment
from suasion.surveys.respondents import Respondents
from suasion.surveys.survey import Survey

__all__ = ["Assessment", "Respondents", "Survey"]
