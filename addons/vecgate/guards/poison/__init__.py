"""What carries instructions to a model? A detector of prompt injection in texts that are stored or shown: judge.py."""
