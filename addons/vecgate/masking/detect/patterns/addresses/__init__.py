"""Where does somebody live? Patterns of postal addresses."""
