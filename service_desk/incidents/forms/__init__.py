"""What is typed in an emergency, before it and after it (SVC-16)."""
