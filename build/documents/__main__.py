"""Write every generated document: python -m build.documents [--check].

With --check, outdated documents are only listed, and the exit code is 1 if there are any.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from build.documents.markdown import COMMAND
from build.documents.module_readme import render_readme
from build.documents.security_tables import render_security
from build.errors import BuildError

ROOT = Path(__file__).parents[2]


def generate_documents(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Yield the path and the generated text of each document.

    Raises:
        BuildError: A document cannot be generated; the message names it and the fix.
    """
    for folder in sorted(file.parent for file in root.glob("modules/*/main.tf")):
        yield folder / "README.md", render_readme(root, folder)
    yield root / "docs" / "security.md", render_security(root)


def find_outdated(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Yield the path and the generated text of each document whose file is missing or different."""
    for file, text in generate_documents(root):
        if not file.exists() or file.read_text() != text:
            yield file, text


def main() -> None:
    """Write the outdated documents and print their names, or with --check exit with their names."""
    try:
        outdated = list(find_outdated())
    except BuildError as error:
        sys.exit(str(error))
    names = ", ".join(str(file.relative_to(ROOT)) for file, _ in outdated)
    if outdated and sys.argv[1:] == ["--check"]:
        sys.exit(f"Generated documents are outdated: {names}. Run `{COMMAND}`.")
    for file, text in outdated:
        file.write_text(text)
    if outdated:
        print(f"Written: {names}")


if __name__ == "__main__":
    main()
