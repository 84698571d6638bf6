"""What is typed into the service desk: by members, by whoever writes to us, by colleagues."""
