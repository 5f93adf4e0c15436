"""The figures in docs/messages.md are those of the code."""

import pytest

from inference import addresses, classify, fetch, jpeg_header, jpeg_repair, models, pixels, shadow, web, wire
from pipeline import postpone
from tests.lambdas.document import text


@pytest.mark.parametrize(
    "sentence",
    [
        f"{fetch.MAX_BYTES // 2**20} MiB",
        f"{pixels.MAX_PIXELS:,} pixels",
        f"a side of more than {pixels.MAX_SIDE:,}",
        f"{jpeg_header.MAX_SCANS} scans",
        f"at most {jpeg_header.MAX_SCANS // jpeg_repair.TRIES} scans",
        f"{web.MAX_REDIRECTS} redirects",
        f"{wire.MAX_HEAD_BYTES // 1024} KiB",
        f"{addresses.MAX_ADDRESS_CHARACTERS:,} characters",
        f"within {classify.FETCH_SECONDS:.0f} seconds",
        f"{postpone.LONGEST_SECONDS // 60} minutes",
        f"Up to {'ten' if models.MOST == 10 else models.MOST} models",
        f"A start waits {models.SHADOW_SECONDS:.0f} seconds",
        f"tried again {'a minute' if shadow.AGAIN_SECONDS == 60 else shadow.AGAIN_SECONDS} later",
    ],
)
def test_the_document_states_the_limit(sentence: str) -> None:
    assert sentence in " ".join(text("messages").split())
