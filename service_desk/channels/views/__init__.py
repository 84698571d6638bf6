"""The channels' pages and doors."""
