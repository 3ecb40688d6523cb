"""Which Qdrant runs where none can be installed? Its real engine (`qdrant-edge-py`) behind a shim of its REST 1.19.

What is found, counted, changed and ranked, the engine says; what stands around it (routes, JSON as the server reads it,
keys and tokens, aliases, groups, snapshots, cluster) the shim does: `routes.py` says which, route by route.
`python -m demo.qdrant_edge_shim --folder DIR --listen HOST:PORT` or `--listen /a/socket`.
"""
