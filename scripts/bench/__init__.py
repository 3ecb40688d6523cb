"""What does the gateway cost? See README.md."""
