"""How are calls kept to some rows? condition.py (which query finds them), kept.py (each call), writes.py, answers.py."""
