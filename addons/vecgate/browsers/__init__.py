"""Which requests of a browser are taken at all, whichever process answers them?"""
