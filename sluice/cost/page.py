"""docs/costs.md: the costs of the benchmark's networks, told for people."""

from pathlib import Path

from sluice.cost import words
from sluice.cost.comparison import comparison
from sluice.cost.prices import price
from sluice.cost.usage import recorded, standing
from sluice.templates import load_templates

FILE = Path(__file__).parents[2] / "docs" / "costs.md"
_TEMPLATES = load_templates(
    Path(__file__).parent / "pages",
    dollars=words.dollars,
    cheaper=words.cheaper,
    many=words.many,
    seconds=words.seconds,
)


def page() -> str:
    """The page of a million images."""
    found = comparison(recorded(), standing(), 1_000_000, 1_000_000)
    return _TEMPLATES.get_template("costs.md").render(found=found, price=price)
