"""A module's README: a title, what is generated from the code, and whatever people write around that."""

from pathlib import Path

from build.documents.example import call
from build.documents.generated import marked, placed, table
from build.documents.module import Module, Variable

NAME = "module"
GRANT = "object({address = string, permissions = list(object({actions = list(string), resources = list(string)}))})"


def readme(root: Path, folder: Path) -> str:
    """What a module's README must be, given what it is."""
    module = Module.read(folder)
    content = _content(root, module)
    file = folder / "README.md"
    if not file.exists():
        return f"# {module.name}\n\n{marked(NAME, content)}\n"
    return placed(file.read_text(), NAME, content, file=str(file.relative_to(root)))


def _content(root: Path, module: Module) -> str:
    used = call(root, module.name)
    parts = [
        module.purpose,
        f"As [{used.file}](../../{used.file}) calls it:",
        f"```hcl\n{used.text}\n```",
        "## Variables",
        table(["Name", "Type", "Default", "What it is", "Limits"], [_row(one) for one in _required_first(module)]),
        *_explained(module),
        "## Outputs",
        table(["Name", "What it is"], [[f"`{name}`", text] for name, text in module.outputs.items()]),
        "## What it makes",
        _made(module),
    ]
    return "\n\n".join(parts)


def _required_first(module: Module) -> list[Variable]:
    return sorted(module.variables, key=lambda one: one.default is not None)


def _explained(module: Module) -> list[str]:
    """What a grant is, where one is asked for."""
    said = (
        "A `grant` is an address and the least permission to use it: see the [glossary](../../docs/glossary.md#grant)."
    )
    return [said] if any(GRANT in one.type for one in module.variables) else []


def _row(one: Variable) -> list[str]:
    default = "required" if one.default is None else f"`{one.default}`"
    return [f"`{one.name}`", f"`{one.type.replace(GRANT, 'grant')}`", default, one.description, " ".join(one.limits)]


def _made(module: Module) -> str:
    names = [f"`{name}`" for name in module.resources]
    names += [f"[{name}](../{name}/README.md)" for name in dict.fromkeys(module.modules)]
    return ", ".join(names) + "." if names else "Nothing: it only reads."
