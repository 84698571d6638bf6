"""What pages and jobs of the service desk read, each in a constant number of queries."""
