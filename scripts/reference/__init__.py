"""What does the documentation repeat from the code? Its tables are made here, so that they cannot be wrong."""
