"""What is typed into the channels' pages."""
