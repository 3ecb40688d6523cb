"""With what is a decision signed? One kind of signature a file: keys of SSH, and passkeys of a browser.

A kind says which key it is (`plain`, `fingerprint`) and whether a text was signed with it. Which kind a key is of, and
no more, is known to `consent/keys.py`.
"""


class Unreadable(ValueError):
    """It is not a key, or not a signature, of this kind."""
