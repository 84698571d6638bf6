"""The cache never shares a number with the queue, whatever address was given (config/settings.py)."""

import pytest
from redis.connection import parse_url

from config import broker


@pytest.mark.parametrize(
    ("queue", "number"),
    [
        ("redis://redis:6379", 1),
        ("redis://redis:6379/", 1),
        ("redis://redis:6379/0", 1),
        ("redis://redis:6379/1", 2),
        ("redis://redis:6379/3", 4),
        ("redis://redis:6379/15", 14),
        ("redis://redis:6379?db=1", 2),
        ("rediss://:p%2Fw@redis.example.com:6380/7?ssl_cert_reqs=none", 8),
        ("unix:///srv/tessera/valkey.sock", 1),
        ("unix:///srv/4/valkey.sock?db=2", 3),
    ],
)
def test_the_cache_lives_beside_the_queue_on_the_same_server(queue: str, number: int) -> None:
    cache, ours = parse_url(broker.cache_beside(queue)), parse_url(queue)
    assert cache.pop("db") == number
    assert number != ours.pop("db", 0)
    assert cache == ours
