"""Run in build/venv/cloud: print, as JSON, which patches set each attribute of ministack.

`python patched_attributes.py NAME...` applies the patches in the order given. The attributes of modules, the items of
dictionaries in modules (for example sqs._HANDLERS) and the attributes of StatePlatform and of the pool are compared
before and after each patch.
"""

import json
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ministack import app  # noqa: F401 # imports all services

from localcloud import patches
from localcloud.patches import registry
from localcloud.patches.cloud import Cloud
from localcloud.patches.iam import authorization
from localcloud.patches.stepfunctions.interpreter import StatePlatform


def main() -> None:
    patches.load()
    authorization.install()
    pool = types.SimpleNamespace()
    cloud = Cloud("https://127.0.0.1", Path(), pool)  # type: ignore[arg-type] # patches only set its attributes
    setters: dict[str, list[str]] = {}
    before = dict(_list_attributes(pool))
    for name in sys.argv[1:]:
        registry.PATCHES[name].apply(cloud)
        after = dict(_list_attributes(pool))
        for attribute, value in after.items():
            if attribute not in before or before[attribute] is not value:
                setters.setdefault(attribute, []).append(name)
        before = after
    sys.stdout.write(json.dumps(setters))


def _list_attributes(pool: types.SimpleNamespace) -> Iterator[tuple[str, Any]]:
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] != "ministack":
            continue
        for name, value in list(vars(module).items()):
            yield f"{module_name}.{name}", value
            if isinstance(value, dict) and not name.startswith("__"):
                yield from ((f"{module_name}.{name}[{key!r}]", item) for key, item in list(value.items()))
    yield from ((f"StatePlatform.{name}", value) for name, value in vars(StatePlatform).items())
    yield from ((f"pool.{name}", value) for name, value in vars(pool).items())


main()
