"""Which tasks X-Ray is to trace: each costs, so of many only some."""

import random
import secrets
from time import time

# What X-Ray's own default rule says: https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html
_OTHERS = 0.05  # of those that are not the first of their second


class Sampling:
    """Draws trace headers. `share` (0 to 1) of them are kept; None: the first of each second, and 5 % of the others."""

    def __init__(self, share: float | None = None) -> None:
        self._share = share
        self._second = 0

    def header(self) -> str:
        """An AWSTraceHeader that begins a trace."""
        now = int(time())
        return f"Root=1-{now:08x}-{secrets.token_hex(12)};Parent={secrets.token_hex(8)};Sampled={int(self._keeps(now))}"

    def _keeps(self, now: int) -> bool:
        first, self._second = now != self._second, now
        share = self._share if self._share is not None else 1.0 if first else _OTHERS
        return random.random() < share  # noqa: S311 - no secret
