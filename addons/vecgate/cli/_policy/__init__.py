"""The actions of `vecgate policy` that need a file of their own."""
