"""The desk with a thousand cases, to see what grows with them: `python -m bench.fill_desk_few <ignored>`."""

from bench import fill_desk
from bench.harness import THOUSAND

if __name__ == "__main__":
    fill_desk.main(THOUSAND)
