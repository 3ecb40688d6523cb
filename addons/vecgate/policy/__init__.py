"""Who may do what? YAML files -> one PolicySet, evaluated without I/O or clock by handling/, explain.py, testing.py."""

from vecgate.policy.load import load
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.watch import PolicyStore

__all__ = ["PolicySet", "PolicyStore", "load"]
