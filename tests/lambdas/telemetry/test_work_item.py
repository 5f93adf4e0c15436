"""Images of SQS events."""

from typing import Any

import pytest

from pipeline.sqs_event import parse_event
from telemetry.work_item import WorkItem


@pytest.mark.parametrize(
    ("record", "count"),
    [
        ({"attributes": {"ApproximateReceiveCount": "7"}}, 7),
        ({"attributes": {"ApproximateReceiveCount": 7}}, 7),
        ({"attributes": {"ApproximateReceiveCount": "0"}}, 1),
        ({"attributes": {"ApproximateReceiveCount": "many"}}, 1),
        ({"attributes": {}}, 1),
        ({"attributes": None}, 1),
        ({}, 1),
    ],
)
def test_receives_is_the_receive_count_of_the_message(record: dict[str, Any], count: int) -> None:
    assert WorkItem.from_record({"messageId": "m", **record}).receives == count


@pytest.mark.parametrize(
    "event",
    [None, {}, [], "text", 7, {"Records": None}, {"Records": "text"}, {"Records": {}}, {"Records": []},
     {"Records": [None, 7, "text", {}, {"messageId": ""}, {"messageId": 7}]}],
)  # fmt: skip
def test_event_without_messages_has_no_items(event: object) -> None:
    assert parse_event(event) == []
