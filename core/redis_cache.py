"""Django's Redis cache, whose client makes itself anew for every question; here it is made once."""

from functools import cached_property
from typing import Any

from django.core.cache.backends import redis


class _Client(redis.RedisCacheClient):
    @cached_property
    def _only(self) -> Any:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._only


class RedisCache(redis.RedisCache):
    """One server, that is."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
