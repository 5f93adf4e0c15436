"""`python -m ops.cost`: write docs/costs.md."""

from ops.cost.page import FILE, page

FILE.write_text(page())
