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


def test_readme_states_the_computed_costs() -> None:
    readme = " ".join((PROJECT / "README.md").read_text().split())
    stated = re.search(
        r"a million images .*?(\$\S+) with a small model \((\d+ ms) per image\), "
        r"(\$\S+) with (\w+) and (\$\S+) with (\w+)",
        readme,
    )
    assert stated
    small, medium, large = recorded()
    costs = [words.dollars(sum(images.queue(usage, 1_000_000).values())) for usage in (small, medium, large)]
    assert [stated[1], stated[3], stated[5]] == costs
    assert stated[2] == words.seconds(small.seconds)
    assert [stated[4], stated[6]] == [medium.name, large.name]
