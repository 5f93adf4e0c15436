"""docs/costs.md: the costs of the benchmark's networks."""

from pathlib import Path

from sluice.cost import formatting
from sluice.cost.comparison import compare_costs
from sluice.cost.prices import get_price
from sluice.cost.usage import recorded_resources, recorded_usages
from sluice.templates import load_templates

FILE = Path(__file__).parents[2] / "docs" / "costs.md"
_TEMPLATES = load_templates(
    Path(__file__).parent / "pages",
    dollars=formatting.format_dollars,
    cheaper=formatting.format_cheaper_range,
    count=formatting.format_count,
    milliseconds=formatting.format_milliseconds,
)


def render_page() -> str:
    """Return the text of docs/costs.md, for a million images."""
    costs = compare_costs(recorded_usages(), recorded_resources(), 1_000_000, 1_000_000)
    return _TEMPLATES.get_template("costs.md").render(costs=costs, price=get_price)
