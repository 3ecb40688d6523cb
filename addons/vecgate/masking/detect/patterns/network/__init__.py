"""How is somebody reached online? Patterns of mail and web addresses, handles, and of what machines are called by."""
