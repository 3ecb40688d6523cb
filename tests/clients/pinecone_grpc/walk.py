"""Pinecone's own client over gRPC (`PineconeGRPC`): the script of its REST twin, told at which name its index is."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parents[1] / "pinecone" / "walk.py"), run_name="__main__")
