"""The functions of the examples' state machines."""

import subprocess
import sys
from pathlib import Path

from examples import hello, join

LAMBDAS = Path(__file__).parents[3] / "lambdas"


def test_hello_greets_name_or_world() -> None:
    assert hello.handler({"name": "left"}, None) == {"hello": "left"}
    assert hello.handler({}, None) == hello.handler(None, None) == {"hello": "world"}


def test_join_keeps_order_of_branches() -> None:
    assert join.handler([hello.handler({"name": name}, None) for name in ("left", "right")], None) == {
        "hello": ["left", "right"]
    }


def test_hello_and_join_need_no_layer() -> None:
    program = "import examples.hello, examples.join"
    subprocess.run([sys.executable, "-S", "-c", program], cwd=LAMBDAS, check=True, timeout=30)
