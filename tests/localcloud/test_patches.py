"""docs/local-cloud.md lists every patch and no other."""

import re

from localcloud.environments import ROOT
from localcloud.patches import NAMES

ROW = re.compile(r"^\| ((?:`\w+`(?:, )?)+)", re.MULTILINE)


def test_document_lists_every_patch() -> None:
    rows = ROW.findall((ROOT / "docs" / "local-cloud.md").read_text())
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted({*NAMES, "batch_failures"})  # a part of queue_poller with a test of its own
