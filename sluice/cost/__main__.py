"""`python -m sluice.cost`: write docs/costs.md."""

from sluice.cost.page import FILE, page

FILE.write_text(page())
