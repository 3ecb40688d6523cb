"""How do those who are asked appear on a terminal? The same for held calls and for access."""
