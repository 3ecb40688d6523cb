"""What do workers share? See store.py (the connection, scripts, streams) and rates.py."""
