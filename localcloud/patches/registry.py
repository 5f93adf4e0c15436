"""Registry of patches: each has a name, a function that applies it, and the patches that must be applied before it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from localcloud.patches.cloud import Cloud

Apply = Callable[[Cloud], None]


@dataclass(frozen=True)
class Patch:
    """A registered patch.

    Attributes:
        name: Unique name, by which the patch can be skipped.
        apply: Replaces functions of ministack's modules.
        after: Names of the patches that must be applied earlier, because this one wraps what they install.
    """

    name: str
    apply: Apply
    after: tuple[str, ...] = ()


PATCHES: dict[str, Patch] = {}


def patch(name: str, *, after: Iterable[str] = ()) -> Callable[[Apply], Apply]:
    """Register the decorated function as the patch `name`.

    Two patches that set the same attribute of ministack must be ordered by `after`, directly or through others.

    Raises:
        ValueError: If another patch has the name.
    """

    def register(apply: Apply) -> Apply:
        if name in PATCHES:
            raise ValueError(f'Duplicate patch "{name}": choose another name.')
        PATCHES[name] = Patch(name, apply, tuple(after))
        return apply

    return register


def sort_names(after: Mapping[str, Iterable[str]], *, descending: bool = False) -> list[str]:
    """Sort names topologically, so that each comes later than the names that it must come after.

    Args:
        after: For each name, the names that must come earlier.
        descending: Sort names whose order is free from Z to A.

    Raises:
        ValueError: If an earlier name is unknown.
        graphlib.CycleError: If names must come after each other.
    """
    for name, earlier in after.items():
        if unknown := set(earlier) - after.keys():
            raise ValueError(f'The patch "{name}" comes after an unknown patch: {", ".join(sorted(unknown))}.')
    sorter = TopologicalSorter(after)
    sorter.prepare()
    names: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), reverse=descending)
        names += ready
        sorter.done(*ready)
    return names
