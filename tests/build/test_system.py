"""A layer that Lambda's system libraries cannot load is refused when it is built, not at the first invocation."""

from pathlib import Path

import pytest
import zstandard

from build.package import system
from build.package.error import PackageError
from build.package.layer import compressed, contents
from build.package.recipe import Recipe
from build.package.target import Target

AWS = Target("3.13", "arm64")


def shared_object(*versions: str) -> bytes:
    """The part of a shared object that names the versions it needs, amid other bytes."""
    return b"\x7fELF\x02\0libc.so.6\0" + b"\0".join(version.encode() for version in versions) + b"\0GLIBC_PRIVATE\0\xff"


def test_newest_version_is_found_by_number_not_by_spelling() -> None:
    files = {"a.so": shared_object("GLIBC_2.4", "GLIBC_2.34", "GLIBC_2.9"), "b.so.6": shared_object("GLIBCXX_3.4.30")}
    assert system.needs(files) == {"GLIBC": ((2, 34), "a.so"), "GLIBCXX": ((3, 4, 30), "b.so.6")}


def test_what_lambda_has_passes() -> None:
    system.check({"a.so": shared_object("GLIBC_2.34", "GLIBCXX_3.4.33"), "notes.txt": b"\0GLIBC_2.99\0"}, AWS)


@pytest.mark.parametrize(("need", "has"), [("GLIBC_2.35", "GLIBC_2.34"), ("GLIBCXX_3.4.34", "GLIBCXX_3.4.33")])
def test_what_lambda_lacks_is_refused(need: str, has: str) -> None:
    with pytest.raises(PackageError, match=f"x/a.so needs {need} and Lambda has {has}"):
        system.check({"x/a.so": shared_object(need)}, AWS)


def test_laptop_is_its_own_business() -> None:
    system.check({"a.so": shared_object("GLIBC_2.99")}, Target("3.11", "x86_64"))


def test_what_a_recipe_packs_is_looked_into(tmp_path: Path) -> None:
    """A real library's needs are found in what is left of it by the cut, before it is compressed."""
    library = next(Path(zstandard.__file__).parent.glob("backend_c.*"))
    (tmp_path / "a.so").write_bytes(library.read_bytes())
    recipe = Recipe("a", None, {}, {}, {}, {}, {"a.so": "libraries/a.so.zst"}, None, None, "3.14")
    kept = contents(tmp_path, recipe)
    assert len(kept["a.so"]) < library.stat().st_size
    assert system.needs(kept) == system.needs({"a.so": library.read_bytes()}) != {}
    assert compressed(kept, recipe).keys() == {"libraries/a.so.zst"}
