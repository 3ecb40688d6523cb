"""How does a person get a user of their own at a database? kind.py has Vault/OpenBao make one; options.py: at which."""
