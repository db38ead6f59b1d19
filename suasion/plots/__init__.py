"""Plots with matplotlib: functions that draw on axes they are given and return them."""
