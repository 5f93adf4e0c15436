"""Where a module is really called: the block as it stands in the composition."""

import re
from dataclasses import dataclass
from pathlib import Path

# Where to look, in this order: what is applied, what is tried first, what nests a module.
PLACES = ("terraform/*.tf", "terraform/bootstrap/*.tf", "terraform/examples/*/*.tf", "modules/*/*.tf")
MOST_LINES = 30
_CALL = re.compile(r'^module "\w+" \{\n(?:.*\n)*?^\}$', re.MULTILINE)  # as `terraform fmt` leaves it


@dataclass(frozen=True)
class Call:
    """A module block and the file that holds it."""

    file: str
    text: str


class UnusedModuleError(Exception):
    """Nothing calls a module; the message names it."""


def call(root: Path, module: str) -> Call:
    """The call that shows most of a module in at most 30 lines, or the shortest one. Raises UnusedModuleError."""
    for place in PLACES:
        files = sorted(root.glob(place))
        calls = [Call(str(file.relative_to(root)), text) for file in files for text in _CALL.findall(file.read_text())]
        own = [one for one in calls if re.search(rf'source += "[./]+(?:modules/)?{module}"', one.text)]
        if own:
            short = [one for one in own if _lines(one) <= MOST_LINES]
            return max(short, key=_lines) if short else min(own, key=_lines)
    raise UnusedModuleError(f"Nothing calls modules/{module}: call it, or take it out.")


def _lines(one: Call) -> int:
    return one.text.count("\n") + 1
