"""Which number stands for somebody? Patterns of accounts, cards, identities and phones."""
