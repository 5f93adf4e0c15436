"""The README of a module: a generated section with an example from a real call, variables, outputs and resources."""

import re
from dataclasses import dataclass
from pathlib import Path

from build.documents.markdown import render_table, replace_section, wrap_section
from build.documents.terraform_module import Module, Variable
from build.errors import BuildError

SECTION = "module"
GRANT = "object({address = string, permissions = list(object({actions = list(string), resources = list(string)}))})"
GRANT_NOTE = (
    "A `grant` is an address and the minimum permissions to use it: see the [glossary](../../docs/glossary.md#grant)."
)

# Where to search for an example, in this order.
CALLERS = ("terraform/*.tf", "terraform/bootstrap/*.tf", "terraform/examples/*/*.tf", "modules/*/*.tf")
MAX_EXAMPLE_LINES = 30
_CALL = re.compile(r'^module "\w+" \{\n(?:.*\n)*?^\}$', re.MULTILINE)  # as `terraform fmt` formats it


@dataclass(frozen=True)
class Example:
    """A module block and the file that it is from."""

    file: str
    text: str

    @property
    def lines(self) -> int:
        """Number of lines of the block."""
        return self.text.count("\n") + 1


class UnusedModuleError(BuildError):
    """No root or module calls a module."""


def render_readme(root: Path, folder: Path) -> str:
    """Return the text of a module's README.

    Text outside the generated section is kept.

    Args:
        root: The project.
        folder: The module's folder.

    Raises:
        UnusedModuleError: There is no call to use as an example.
        MarkersError: The existing README has no generated section.
    """
    module = Module.from_folder(folder)
    content = _render_section(root, module)
    file = folder / "README.md"
    if not file.exists():
        return f"# {module.name}\n\n{wrap_section(SECTION, content)}\n"
    return replace_section(file.read_text(), SECTION, content, file=str(file.relative_to(root)))


def find_example(root: Path, module: str) -> Example:
    """Return the longest call of a module that has at most MAX_EXAMPLE_LINES lines, or else the shortest call.

    Raises:
        UnusedModuleError: No call of the module exists.
    """
    for pattern in CALLERS:
        examples = [
            Example(str(file.relative_to(root)), text)
            for file in sorted(root.glob(pattern))
            for text in _CALL.findall(file.read_text())
            if re.search(rf'source += "[./]+(?:modules/)?{module}"', text)
        ]
        if examples:
            by_length = sorted(examples, key=lambda example: example.lines)
            short = [example for example in by_length if example.lines <= MAX_EXAMPLE_LINES]
            return short[-1] if short else by_length[0]
    raise UnusedModuleError(f"No root or module calls modules/{module}: call it or delete it.")


def _render_section(root: Path, module: Module) -> str:
    example = find_example(root, module.name)
    required_first = sorted(module.variables, key=lambda variable: variable.default is not None)
    variables = [_variable_row(variable) for variable in required_first]
    parts = [
        module.purpose,
        *([GRANT_NOTE] if _mentions_grants(module) else []),
        f"Example from [{example.file}](../../{example.file}):",
        f"```hcl\n{example.text}\n```",
        "## Variables",
        render_table(["Name", "Type", "Default", "Description", "Constraints"], variables),
        "## Outputs",
        render_table(["Name", "Description"], [[f"`{name}`", text] for name, text in module.outputs.items()]),
        "## Resources",
        _render_resources(module),
    ]
    return "\n\n".join(parts)


def _mentions_grants(module: Module) -> bool:
    texts = [module.purpose, *module.outputs.values(), *(variable.description for variable in module.variables)]
    return any(re.search(r"\bgrants?\b", text, re.IGNORECASE) for text in texts)


def _variable_row(variable: Variable) -> list[str]:
    return [
        f"`{variable.name}`",
        f"`{variable.type.replace(GRANT, 'grant')}`",
        "required" if variable.default is None else f"`{variable.default}`",
        variable.description,
        " ".join(variable.constraints),
    ]


def _render_resources(module: Module) -> str:
    names = [f"`{name}`" for name in module.resources]
    names += [f"module [{name}](../{name}/README.md)" for name in dict.fromkeys(module.modules)]
    return ", ".join(names) + "." if names else "None: the module only reads files."
