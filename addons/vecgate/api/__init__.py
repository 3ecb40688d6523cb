"""What does the gateway answer itself? The calls that never reach a database."""
