"""What do operators see? How flows look in mitmweb, and the read-only viewer of a recorded session."""
