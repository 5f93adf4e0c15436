"""The drills of docs/state.md: their commands, in order."""

import re

from tests.support.journeys.checkout import Checkout, Result
from tests.support.terraform_root import PROJECT

_DOCUMENT = PROJECT / "docs" / "state.md"


class Drill:
    """One drill, run in a checkout. At its end no command may be left.

    Args:
        heading: The heading of the drill in docs/state.md.
        checkout: Where to run its commands.
    """

    def __init__(self, heading: str, checkout: Checkout) -> None:
        sections = re.split(r"^##+ ", _DOCUMENT.read_text(), flags=re.MULTILINE)
        (section,) = [section for section in sections if section.startswith(f"{heading}\n")]
        self._commands = [line.split("  #")[0].strip() for line in section.splitlines() if line.startswith("    ")]
        self._checkout = checkout

    def run_next(self, **values: str) -> Result:
        """Run the next command, with values in place of its <names>."""
        command = self._commands.pop(0)
        for name, value in values.items():
            assert f"<{name}>" in command, f"{command} has no <{name}>"
            command = command.replace(f"<{name}>", value)
        assert "<" not in command, f"{command} has a placeholder without a value"
        return self._checkout.run(command)

    def finish_with_empty_plan(self) -> None:
        """Run the last command, a plan, which must show no changes."""
        result = self.run_next()
        assert result.code == 0, result.text
        assert "No changes." in result.text
        assert not self._commands


def read_lock_id(result: Result) -> str:
    """Return the id of the lock that a failed command reports."""
    assert result.code, result.text
    assert "Error acquiring the state lock" in result.text
    (lock,) = re.findall(r"^[ │]*ID: +([0-9a-f-]{36})", result.text, re.MULTILINE)
    return str(lock)
