"""Was that meant? What policies say without a mistake, and probably should not."""
