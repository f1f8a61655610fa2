"""Measures this library beside what else a user could take, on one private server: see docs/benchmarks/README.md."""
