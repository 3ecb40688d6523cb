"""What users of a framework do with its store, whatever database that is on: a walk gives the store."""
