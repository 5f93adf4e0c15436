"""Write every generated document (`make documents`): python -m build.documents [--check], which only names them."""

import sys
from collections.abc import Iterator
from pathlib import Path

from build.documents.example import UnusedModuleError
from build.documents.generated import COMMAND, MarkersError
from build.documents.readme import readme
from build.documents.security import ReasonError, security

ROOT = Path(__file__).parents[2]


def documents(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Each generated document and what it must hold."""
    for folder in sorted(file.parent for file in root.glob("modules/*/main.tf")):
        yield folder / "README.md", readme(root, folder)
    yield root / "docs" / "security.md", security(root)


def stale(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Those that do not hold it."""
    for file, text in documents(root):
        if not file.exists() or file.read_text() != text:
            yield file, text


def main() -> None:
    """Write what is not as it must be, and name it; or only name it, and fail."""
    try:
        found = list(stale())
    except (MarkersError, ReasonError, UnusedModuleError) as error:
        sys.exit(str(error))
    names = ", ".join(str(file.relative_to(ROOT)) for file, _ in found)
    if found and sys.argv[1:] == ["--check"]:
        sys.exit(f"The code has changed, but not what is generated from it: {names}. Run `{COMMAND}`.")
    for file, text in found:
        file.write_text(text)
    if found:
        print(f"Written: {names}")


if __name__ == "__main__":
    main()
