"""The service desk for members, for whoever writes to us, and at the counter."""
