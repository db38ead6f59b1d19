"""Simulation queries: any message may be shown to a simulated receiver, who names an action."""
