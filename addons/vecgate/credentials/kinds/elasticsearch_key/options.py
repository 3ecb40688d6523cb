"""What does this kind want to know of an upstream's credential, beside what every minted one does?"""

from vecgate.credentials.minted.options import MintedOptions


class Options(MintedOptions):
    """An API key of Elasticsearch for each lease; `admin` holds `username` and `password` of a user, as a key cannot mint one."""
