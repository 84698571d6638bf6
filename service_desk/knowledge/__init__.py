"""What is explained to members and agents, and what is announced (SVC-15, MEM-11)."""
