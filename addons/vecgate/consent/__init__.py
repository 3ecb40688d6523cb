"""Whose yes counts, and what is asked next? For held calls and requests for access alike: judge.py."""
