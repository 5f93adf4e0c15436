"""Run `terraform validate` for every root and every module, in a copy, so that the working tree stays clean.

    python -m build.lint.validate [FOLDER]      FOLDER has terraform/ and modules/; by default the project

Most of the time goes into starting the provider. Therefore all modules are validated together, in a generated root that
calls each of them with unknown values.
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
from build.documents.terraform_module import Module

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "build" / "out" / "plugins"  # cache for a provider from the registry
PROVIDERS = f"""terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "{provider_mirror.VERSION}"
    }}
  }}
}}
"""


def find_roots(root: Path) -> list[str]:
    """Return the folders below terraform/ that can be applied, relative to the project."""
    return sorted({str(file.parent.relative_to(root)) for file in (root / "terraform").rglob("*.tf")})


def find_modules(root: Path) -> list[str]:
    """Return the folders of modules/, relative to the project."""
    return sorted(str(file.parent.relative_to(root)) for file in root.glob("modules/*/main.tf"))


def validate(root: Path) -> list[str]:
    """Validate every root and module of a project.

    Args:
        root: Folder with terraform/ and modules/. Nothing is written there.

    Returns:
        Terraform's messages as "file:line: message"; empty if everything is valid.
    """
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in ("terraform", "modules"):
            shutil.copytree(root / part, copy / part, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        calls = [_render_call(copy, folder) for folder in find_modules(copy)]
        (copy / "main.tf").write_text("\n".join([PROVIDERS, 'variable "unknown" {}\n', *calls]))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = [_validate_folder(copy, ".")]  # first, because it may fill the cache that the others use
            results += pool.map(lambda folder: _validate_folder(copy, folder), find_roots(copy))
    return list(dict.fromkeys(message for messages in results for message in messages))


def _render_call(root: Path, folder: str) -> str:
    try:
        variables = Module.from_folder(root / folder).variables
    except LarkError:  # Terraform's own message is better
        variables = ()
    values = "".join(f"  {variable.name} = var.unknown\n" for variable in variables if variable.default is None)
    return f'module "{Path(folder).name}" {{\n  source = "./{folder}"\n{values}}}\n'


def _validate_folder(root: Path, folder: str) -> list[str]:
    PLUGINS.mkdir(parents=True, exist_ok=True)
    cache = {"TF_PLUGIN_CACHE_DIR": str(PLUGINS), "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1"}

    def terraform(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - the arguments are constants
            ["terraform", *arguments],  # noqa: S607 - the terraform on the caller's PATH
            cwd=root / folder,
            env=cache | provider_mirror.terraform_variables(),
            capture_output=True,
            text=True,
        )

    init = terraform("init", "-backend=false", "-input=false", "-no-color")
    if init.returncode:
        return [f"{folder}: {init.stderr.strip()}"]
    return list(_parse_diagnostics(Path(folder), terraform("validate", "-json").stdout))


def _parse_diagnostics(folder: Path, output: str) -> Iterator[str]:
    for diagnostic in json.loads(output)["diagnostics"]:
        location = diagnostic.get("range", {"filename": "", "start": {"line": 0}})
        message = " ".join(f"{diagnostic['summary']}: {diagnostic.get('detail', '')}".split())
        yield f"{os.path.normpath(folder / location['filename'])}:{location['start']['line']}: {message}"


def main() -> None:
    """Validate, and exit with the messages, if any."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    if messages := validate(root):
        sys.exit("\n".join(messages))
    print(f"terraform validate: {len(find_roots(root))} roots and {len(find_modules(root))} modules")


if __name__ == "__main__":
    main()
