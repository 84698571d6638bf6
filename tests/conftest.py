from tests.cast import *  # noqa: F403  (the standing cast)

pytest_plugins = ["tests.flushing"]
