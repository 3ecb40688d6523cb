"""How is a filter of Milvus written (an expression), and what does it say? Read in full, or refused; printed anew.

A text passes only if all of it is one expression by itself: then `(T) and (U)` is both, whatever stands in it. What
only some of its servers read (string prefixes, calls of unknown functions, comments, odd blanks) is refused by name.
"""
