"""What is done with surveys (SVC-06, SVC-07 · D5): one verb each."""
