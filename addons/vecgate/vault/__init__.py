"""How do we speak to Vault/OpenBao, and with which token of our own?"""
