"""What the channels need to know: which case a mail speaks of, who waits in a chat."""
