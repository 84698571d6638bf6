"""How fast Tessera is beside hand-written SQL on the same PostgreSQL: `make bench` (docs/benchmarks.md)."""
