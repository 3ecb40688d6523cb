"""What can one ask of policies? Why, who can do what, and whether they say what was meant."""
