"""What pages are measured against: a Django program of one view, one query and one small template, and nothing else."""
