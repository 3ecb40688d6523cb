"""What can be written in a policy? The grammar: words, values, what fits together, and its JSON Schema."""
