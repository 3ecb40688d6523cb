"""What of spaCy has no use where texts are read? Its commands: imported before spaCy, this leaves them out.

spaCy loads its command line with itself, which brings httpx, requests, typer and rich along: a quarter of a masking
worker's start, and of its memory. Whoever asks for the commands later gets them.
"""

import gc
import sys
from types import ModuleType
from typing import Final

_COMMANDS: Final = {"spacy.cli": ModuleType("spacy.cli"), "spacy.cli.info": ModuleType("spacy.cli.info")}

if "spacy" not in sys.modules:
    setattr(_COMMANDS["spacy.cli.info"], "info", None)  # spaCy makes this one name its own
    sys.modules |= _COMMANDS
    gc.disable()  # what is imported stays: looking through it again and again is a tenth of a start
    import spacy  # noqa: F401

    gc.enable()
    for _name in _COMMANDS:
        del sys.modules[_name]
