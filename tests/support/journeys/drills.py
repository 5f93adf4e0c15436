"""The drills of docs/state.md: their commands, in the order in which a person types them."""

import re

from tests.support.journeys.team import Said, Team
from tests.support.terraform_root import PROJECT

_DOCUMENT = PROJECT / "docs" / "state.md"


class Drill:
    """One of them, done by a team; at its end no command may be left."""

    def __init__(self, heading: str, team: Team) -> None:
        section = re.split(r"^##+ ", _DOCUMENT.read_text(), flags=re.MULTILINE)
        (text,) = [part for part in section if part.startswith(f"{heading}\n")]
        self._commands = [line.split("  #")[0].strip() for line in text.splitlines() if line.startswith("    ")]
        self._team = team

    def types(self, **values: str) -> Said:
        """The next command, with what stands for <name> in it filled in."""
        command = self._commands.pop(0)
        for name, value in values.items():
            assert f"<{name}>" in command, f"{command} has no <{name}>"
            command = command.replace(f"<{name}>", value)
        assert "<" not in command, f"{command} is not filled in"
        return self._team.run(command)

    def ends_with_an_empty_plan(self) -> None:
        """The last command says that there is nothing to do."""
        said = self.types()
        assert said.code == 0, said.text
        assert "No changes." in said.text
        assert not self._commands


def lock_in(said: Said) -> str:
    """The ID of the lock that a refused command tells about."""
    assert said.code, said.text
    assert "Error acquiring the state lock" in said.text
    (lock,) = re.findall(r"^[ │]*ID: +([0-9a-f-]{36})", said.text, re.MULTILINE)
    return str(lock)
