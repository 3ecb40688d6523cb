"""Which masking process reads it, and who remembers what was found?"""
