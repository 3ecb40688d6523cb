"""How is a static key of Vault/OpenBao's KV used? kind.py reads it for each lease; options.py: from where, sent how."""
