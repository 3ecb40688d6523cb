"""What do all databases share? dialect.py (what one must do), reading.py (requests), routing.py (routes), asking.py, shapes.py."""
