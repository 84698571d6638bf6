"""What visitors, members and colleagues read."""
