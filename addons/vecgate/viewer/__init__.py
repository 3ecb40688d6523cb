"""What do operators see in mitmweb? How flows look there; read-only viewers, live and of recorded sessions."""
