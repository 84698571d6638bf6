"""Who gets where: every address, asked by everybody (SEC-01), and what every page keeps (SEC-03, SEC-04)."""
