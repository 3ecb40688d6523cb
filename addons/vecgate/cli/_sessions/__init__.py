"""What `vecgate sessions` needs: a session as it is shown (shown.py), and its key (unseal.py)."""
