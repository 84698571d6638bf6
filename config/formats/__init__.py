"""How Django's own pages write days and moments, so that they agree with `core.show` (Chinese does already)."""
