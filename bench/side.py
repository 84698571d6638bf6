"""One side of one round in a process of its own: `python -m bench.side <benchmark> ours|limit <size>`."""

import os
import resource
import sys

import psycopg2

from bench import harness, registered


def main(name: str, side: str, size_name: str) -> None:
    benchmark, size = registered.find(name), harness.SIZES[size_name]
    if side == "ours":
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        measured = benchmark.ours(size)
    else:
        db = psycopg2.connect(os.environ["DATABASE_URL"])
        db.autocommit = True
        measured = benchmark.limit(db, size)
    measured.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(harness.dump(measured))


if __name__ == "__main__":
    main(*sys.argv[1:])
