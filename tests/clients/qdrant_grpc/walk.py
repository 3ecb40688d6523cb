"""Qdrant's own client with `prefer_grpc`: it does what it does over REST, by the same script, which is told a `grpc_port`."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parents[1] / "qdrant" / "walk.py"), run_name="__main__")
