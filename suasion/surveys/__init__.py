"""Surveys: numbers that hold for people who were not asked."""

from suasion.surveys.respondents import Respondents

__all__ = ["Respondents"]
