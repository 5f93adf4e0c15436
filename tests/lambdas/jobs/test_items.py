"""A job's items: each a range of bytes, whose result is kept under its index."""

import json

import pytest

from inference.errors import Code
from inference.messages import Label, Prediction, Rejection
from jobs.items import Item, lines, result_name
from jobs.refusal import Refusal
from jobs.request import Request
from jobs.store import ITEMS, Store

URLS = ("https://example.com/1.jpg", 's3://b/é\ud800\n"x.jpg', "", "x" * 9000)


@pytest.mark.parametrize("named", [{}, {"model": "pets"}])
def test_each_range_holds_one_task(named: dict[str, str], store: Store, job: str) -> None:
    content, ranges = lines(job, Request(3, URLS, **named))
    store.put(job, ITEMS, content)
    for index, (at, url) in enumerate(zip(ranges, URLS, strict=True)):
        item = Item.read({"job": job, "index": index, "at": list(at)})
        assert item is not None
        assert item.fields(store) == {"id": f"{job}/{index}", "url": url, "top": 3} | named
    assert [json.loads(line)["url"] for line in content.splitlines()] == list(URLS)


def test_a_result_is_kept_and_named_in_a_word(store: Store, job: str) -> None:
    item = Item(job, 7, (0, 1))
    assert item.keep(store, Prediction("a", "u", (Label("1", 1.0),), "digits", "0" * 64, 0.1)) == "predicted"
    assert "labels" in json.loads(store.get(job, result_name(7)))
    assert item.keep(store, Rejection("a", "u", Code.NOT_FOUND, "No.")) == "rejected"
    assert "rejection" in json.loads(store.get(job, "results/000007.json"))


@pytest.mark.parametrize("event", [None, {}, [], "text", {"url": "https://example.com/"}])
def test_other_events_name_no_item(event: object) -> None:
    assert Item.read(event) is None


def test_a_name_that_leads_elsewhere_is_refused() -> None:
    with pytest.raises(Refusal):
        Item.read({"job": "../../models", "index": 0, "at": [0, 1]})
