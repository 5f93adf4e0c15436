"""`python -m sluice.cost`: write docs/costs.md."""

from sluice.cost.page import FILE, render_page

FILE.write_text(render_page())
