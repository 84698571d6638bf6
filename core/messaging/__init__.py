"""Messages (MEM-08 · A5.1, B8.2): what is told to whom, through which channel, and proof of how far it got.

`outbox.send` writes rows in the caller's transaction; `dispatch` sweeps them to the providers. Nothing is sent from
inside an operation, so a message that was committed is a message that will be told or be shown as given up.
"""
