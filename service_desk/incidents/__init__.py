"""Emergencies: the plan for each kind, incidents from the first report to what was learned, whom they concern (SVC-16)."""
