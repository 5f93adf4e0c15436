"""docs/costs.md is what the code reckons, and README's table agrees with it."""

import re

from sluice.cost import images, words
from sluice.cost.page import FILE, page
from sluice.cost.usage import recorded
from tests.support.terraform_root import PROJECT


def test_the_page_is_current() -> None:
    assert FILE.read_text() == page(), "Prices or figures have changed: python -m sluice.cost"


def test_each_table_of_the_page_is_whole() -> None:
    columns = 0
    for line in page().splitlines():
        cells = line.count("|") if line.startswith("|") else 0
        assert not columns or not cells or cells == columns, line
        columns = cells


def test_the_table_of_the_readme_agrees() -> None:
    """Its rows are those of the page."""
    lines = (PROJECT / "README.md").read_text().splitlines()
    table = [
        re.sub(r"\*\*", "", line) for line in lines if re.match(r"\| \W*(Lambda, |SQS, |logs |traces|together)", line)
    ]
    found = [[cell.strip() for cell in line.strip("|").split("|")][1:] for line in table]
    costs = [images.queue(usage, 1_000_000) for usage in recorded()]
    for row, name in zip(found, ("Lambda", "SQS", "logs", "traces"), strict=False):
        assert row == [words.dollars(cost[name]) for cost in costs]
    assert found[-1] == [words.dollars(sum(cost.values())) for cost in costs]
    assert len(found) == 5
