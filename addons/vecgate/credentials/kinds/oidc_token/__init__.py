"""How does a person get a token (JWT) of Vault/OpenBao itself? kind.py asks for it; options.py: where."""
