"""The rules of the service desk: pure Python, a file for each section."""
