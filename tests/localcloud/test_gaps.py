"""docs/local-cloud.md tells of every gap that is closed, and of no other."""

import re

from localcloud.environments import ROOT
from localcloud.patches import GAPS

ROW = re.compile(r"^\| ((?:`\w+`(?:, )?)+)", re.MULTILINE)


def test_the_table_names_the_gaps() -> None:
    rows = ROW.findall((ROOT / "docs" / "local-cloud.md").read_text())
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted({*GAPS, "batch_failures"})  # a part of queue_poller with a test of its own
