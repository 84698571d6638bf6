"""The rules of surveys (SVC-06, SVC-07 · D5)."""
