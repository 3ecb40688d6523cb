"""How does a person get a client certificate of Vault/OpenBao's PKI? kind.py issues it; options.py: from where."""
