"""Milvus over REST: routes v2 of 2.6 (and those of 3.x, classified), and v1."""
