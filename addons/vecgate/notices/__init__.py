"""Who is told what was asked, decided, and is over? Followed from the shared state, off every request's path."""
