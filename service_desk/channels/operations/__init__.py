"""What arrives and what is said by the channels: each function one transaction."""
