"""`terraform validate` of every root, and of all modules, whoever calls them: in a copy, so that the tree stays clean.

    python -m build.lint.validate [FOLDER]      FOLDER holds terraform/ and modules/; the project by default

What costs is to start the provider, so the modules are validated together: by a root that calls each of them with
values of which nothing is known, as if each were a root itself.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lark.exceptions import LarkError

from build import provider_mirror
from build.documents.module import Module

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "build" / "out" / "plugins"  # only where the provider comes from the registry: downloaded once


def roots(root: Path) -> list[str]:
    """The folders of terraform/ that can be applied."""
    return sorted({str(file.parent.relative_to(root)) for file in (root / "terraform").rglob("*.tf")})


def modules(root: Path) -> list[str]:
    """The folders of modules/."""
    return sorted(str(file.parent.relative_to(root)) for file in root.glob("modules/*/main.tf"))


def validate(root: Path) -> list[str]:
    """What Terraform says against anything below `root`, a line each; nothing is written there."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in ("terraform", "modules"):
            shutil.copytree(root / part, copy / part, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        calls = [_call(copy, folder) for folder in modules(copy)]
        (copy / "main.tf").write_text("\n".join(['variable "given" {}', *calls]))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            said = [_complaints(copy, ".")]  # alone, as it may fill the cache that the others read
            said += pool.map(lambda folder: _complaints(copy, folder), roots(copy))
    return list(dict.fromkeys(line for lines in said for line in lines))


def _call(root: Path, folder: str) -> str:
    try:
        required = [variable.name for variable in Module.read(root / folder).variables if variable.default is None]
    except LarkError:  # Terraform says it better
        required = []
    values = "".join(f"  {variable} = var.given\n" for variable in required)
    return f'module "{Path(folder).name}" {{\n  source = "./{folder}"\n{values}}}\n'


def _complaints(root: Path, folder: str) -> list[str]:
    PLUGINS.mkdir(parents=True, exist_ok=True)
    environment = {"TF_PLUGIN_CACHE_DIR": str(PLUGINS), "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1"}

    def terraform(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own words
            ["terraform", *arguments],  # noqa: S607 - whichever the caller has on the path
            cwd=root / folder,
            env=environment | provider_mirror.terraform_variables(),
            capture_output=True,
            text=True,
        )

    ready = terraform("init", "-backend=false", "-input=false", "-no-color")
    if ready.returncode:
        return [f"{folder}: {ready.stderr.strip()}"]
    return list(_read(Path(folder), terraform("validate", "-json").stdout))


def _read(folder: Path, said: str) -> Iterator[str]:
    for found in json.loads(said)["diagnostics"]:
        place = found.get("range", {"filename": "", "start": {"line": 0}})
        what = " ".join(f"{found['summary']}: {found.get('detail', '')}".split())
        yield f"{os.path.normpath(folder / place['filename'])}:{place['start']['line']}: {what}"


def main() -> None:
    """Exit with what is wrong."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    if wrong := validate(root):
        sys.exit("\n".join(wrong))
    print(f"terraform validate: {len(roots(root))} roots and {len(modules(root))} modules")


if __name__ == "__main__":
    main()
