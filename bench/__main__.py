"""`make bench [SIZE=small]`: builds its own data, measures each benchmark beside its limit, prints one line each.

`python -m bench --size small --only renewal` measures some; `--keep` leaves the data for the next time. The server is
`BENCH_DATABASE_URL`, else `TEST_DATABASE_URL`; databases called after the one named there are made and dropped in the end.
"""

import argparse
import os
import sys
from pathlib import Path

from bench import data, harness, registered

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    given = argparse.ArgumentParser(prog="bench", description=__doc__)
    given.add_argument("--size", choices=sorted(harness.SIZES), default="full")
    given.add_argument("--only", nargs="*", default=[], help="names of benchmarks, or what their names begin with")
    given.add_argument("--keep", action="store_true", help="keep the data, and use what was kept")
    given.add_argument("--rounds", type=int, default=harness.ROUNDS)
    asked = given.parse_args()
    server = os.environ.get("BENCH_DATABASE_URL") or os.environ.get("TEST_DATABASE_URL")
    if not server:
        raise SystemExit("Name a PostgreSQL server in BENCH_DATABASE_URL (postgres://user@host:5432/any).")
    size = harness.SIZES[asked.size]
    chosen = registered.chosen(asked.only)
    lines = []
    try:
        data.build(server, size, keep=asked.keep, parts={part for one in chosen for part in (one.data, one.limit_data)})
        print(f"\n{size.name}: {size.cards:,} cards, median of {asked.rounds} rounds\n", flush=True)
        runner = harness.Runner(server, size, rounds=asked.rounds)
        for benchmark in chosen:
            lines.append(runner.measure(benchmark))
            print(lines[-1], flush=True)
    finally:
        data.drop(server, size, keep=asked.keep)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{size.name}.txt").write_text("".join(f"{line}\n" for line in lines))
    return 1 if any(line.misses for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
