"""What does this kind want to know of an upstream's credential, beside what every minted one does?"""

from vecgate.credentials.minted.options import MintedOptions


class Options(MintedOptions):
    """A dynamic user and a role of Weaviate (1.30 and later) for each lease; `admin` holds `api_key` of an administrator."""
