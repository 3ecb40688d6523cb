"""What is personal in a text? Pure: it runs in masking workers, and all that it depends on is here."""
