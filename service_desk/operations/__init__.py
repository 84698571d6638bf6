"""What is done to cases: each function one transaction, with its record in the trail, its event and its clocks."""
