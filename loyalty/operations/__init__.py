"""Writes of loyalty: one transaction and one record in the trail each."""
