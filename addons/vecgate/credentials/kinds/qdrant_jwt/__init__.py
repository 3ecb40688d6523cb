"""How does a person get a JWT of Qdrant? claims.py: what it may; kind.py has it signed; options.py: with which key."""
