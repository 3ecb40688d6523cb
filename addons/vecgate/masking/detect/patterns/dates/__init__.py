"""Which day is it? Patterns of dates."""
