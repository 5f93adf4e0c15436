"""docs/costs.md and the costs in the README are those that the code computes."""

import re

from sluice.cost import formatting, line_items
from sluice.cost.page import FILE, render_page
from sluice.cost.usage import recorded_usages
from tests.support.terraform_root import PROJECT


def test_page_is_current() -> None:
    assert FILE.read_text() == render_page(), "Write it again: python -m sluice.cost"


def test_page_tables_have_complete_rows() -> None:
    columns = 0
    for line in render_page().splitlines():
        cells = line.count("|") if line.startswith("|") else 0
        assert not columns or not cells or cells == columns, line
        columns = cells


def test_readme_states_the_computed_costs() -> None:
    readme = " ".join((PROJECT / "README.md").read_text().split())
    stated = re.search(
        r"a million images .*?(\$\S+) with a small model \((\d+ ms) per image\), "
        r"(\$\S+) with (\w+) and (\$\S+) with (\w+)",
        readme,
    )
    assert stated
    small, medium, large = recorded_usages()
    costs = [
        formatting.format_dollars(sum(line_items.price_queue(usage, 1_000_000).values()))
        for usage in (small, medium, large)
    ]
    assert [stated[1], stated[3], stated[5]] == costs
    assert stated[2] == formatting.format_milliseconds(small.seconds)
    assert [stated[4], stated[6]] == [medium.name, large.name]
