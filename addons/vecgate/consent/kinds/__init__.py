"""With what is a decision signed? One kind of signature a file; a passkey of a browser would be another one.

A kind says whose key it is (`fingerprint`) and whether a text was signed with it (`verify`).
"""
