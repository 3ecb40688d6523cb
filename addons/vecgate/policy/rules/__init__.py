"""What do the rules come to? Compiled, found, matched and evaluated."""
