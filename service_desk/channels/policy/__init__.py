"""Rules of the channels: pure functions over what has arrived."""
