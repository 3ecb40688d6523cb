"""What `vecgate mask` needs: the engine on lines (lines.py), and what the gateway says of a profile (preview.py)."""
