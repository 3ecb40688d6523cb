"""How well, how fast, and beside whom? The bench of masking: `python scripts/bench/masking`."""
