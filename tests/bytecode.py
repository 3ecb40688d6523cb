"""Why are tests compiled only once? What they import, and what the processes that they start import, is kept in the venv.

Some machines keep no bytecode (PYTHONDONTWRITEBYTECODE). There each gateway, server and command compiles mitmproxy and
spaCy anew, which takes three times as long as all else about its start; and the tree stays free of it everywhere.
"""

import os
import sys
from pathlib import Path

sys.dont_write_bytecode = False
sys.pycache_prefix = sys.pycache_prefix or str(Path(sys.prefix) / "pycache")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
