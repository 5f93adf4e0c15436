"""docs/local-cloud.md lists every patch and no other."""

import re

from localcloud.patches import NAMES
from localcloud.settings import ROOT

ROW = re.compile(r"^\| ((?:`\w+`(?:, )?)+)", re.MULTILINE)


def test_document_lists_every_patch() -> None:
    rows = ROW.findall((ROOT / "docs" / "local-cloud.md").read_text())
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted({*NAMES, "batch_failures"})  # a part of queue_poller with a test of its own
