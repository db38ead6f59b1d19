"""Queries about finite persuasion: messages as questions, plans, and what they tell."""
