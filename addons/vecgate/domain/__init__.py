"""Who calls, what is asked, what was decided, and what is masking told? The words that every room shares."""
