"""How Django's cache writes into Redis: JSON, because a pickle that somebody else put there could run anything."""

from __future__ import annotations

import json
from typing import Any


class JsonSerializer:
    def dumps(self, value: Any) -> bytes | int:
        # Redis counts only what is a plain number.
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)
