"""What opens a door? Patterns of passwords, keys and tokens."""
