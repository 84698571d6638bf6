"""The pages of surveys for members (SVC-07 · D5.1)."""
