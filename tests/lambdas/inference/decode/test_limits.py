"""docs/messages.md states the limits that the code enforces."""

import pytest

from inference import classify
from inference.decode import jpeg_repair, limits
from inference.fetch import addresses, fetcher, http_response, web
from inference.models import registry, shadow
from pipeline import images_queue
from tests.support.lambdas.document import text


@pytest.mark.parametrize(
    "sentence",
    [
        f"{fetcher.MAX_BYTES // 2**20} MiB",
        f"{limits.MAX_PIXELS:,} pixels",
        f"a side of more than {limits.MAX_SIDE:,}",
        f"{limits.MAX_SCANS} scans",
        f"at most {limits.MAX_SCANS // jpeg_repair.MAX_DECODES} scans",
        f"{web.MAX_REDIRECTS} redirects",
        f"{http_response.MAX_HEAD_BYTES // 1024} KiB",
        f"{addresses.MAX_ADDRESS_CHARACTERS:,} characters",
        f"within {classify.FETCH_SECONDS:.0f} seconds",
        f"{images_queue.MAX_DELAY_SECONDS // 60} minutes",
        f"Up to {'ten' if registry.MAX_MODELS == 10 else registry.MAX_MODELS} models",
        f"A start waits {registry.SHADOW_SECONDS:.0f} seconds",
        f"tried again {'a minute' if shadow.RELOAD_SECONDS == 60 else shadow.RELOAD_SECONDS} later",
    ],
)
def test_document_states_limit(sentence: str) -> None:
    assert sentence in " ".join(text("messages").split())
