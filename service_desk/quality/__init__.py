"""Quality and coordination: tasks across departments, projects with a time line, meetings and what they decide (SVC-13)."""
