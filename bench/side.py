"""One side of one round in a process of its own: `python -m bench.side <benchmark> ours|limit <size> <turn>`."""

import os
import resource
import sys

import psycopg2

from bench import harness, registered


def main(name: str, side: str, size_name: str, turn: str) -> None:
    benchmark, size = registered.find(name), harness.SIZES[size_name]
    if side == "ours" or benchmark.limit_data:
        import django

        django.setup()
        measured = benchmark.ours(size, int(turn))
    else:
        db = psycopg2.connect(os.environ["DATABASE_URL"])
        db.autocommit = True
        measured = benchmark.limit(db, size, int(turn))
    measured.peak_mb = measured.peak_mb or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(harness.dump(measured))


if __name__ == "__main__":
    main(*sys.argv[1:])
