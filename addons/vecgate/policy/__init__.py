"""Who may do what? YAML files -> one PolicySet; evaluating it does no I/O and reads no clock."""

from vecgate.policy.evaluate import PolicySet
from vecgate.policy.load import load
from vecgate.policy.watch import PolicyStore

__all__ = ["PolicySet", "PolicyStore", "load"]
