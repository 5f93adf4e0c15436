"""bench.json and its page, made of a run that code has made up: ratios, targets, schema, every sample."""

from dataclasses import asdict, replace
from typing import Any

import jsonschema
import pytest

from bench.document import SCHEMA, document
from bench.flops import PRODUCT
from bench.page import page
from tests.support.bench import recorded


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return document(recorded.run())


def test_ratios_have_their_names_and_compare_the_right_contestants(content: dict[str, Any]) -> None:
    expected = {
        "cold_start_litert_vs_reference": 4.0,
        "cold_start_tensorflow_vs_reference": 0.5,
        "throughput_b10_vs_reference": 4.0,
        "handler_vs_raw_engine": 0.95,
        "dollars_vs_reference": 0.25,
        "peak_memory_vs_reference": 0.1,
        "litert_vs_sgemm": 11e9 / 0.95 / (PRODUCT / 2.0),
        "12mp_fast_vs_reference": 0.125,
        "1mp_exact_vs_reference_as_message": 0.25,
        "throughput_b10_vs_litserve": 3.0,
    }
    assert {key: content["ratios"][key] for key in expected} == pytest.approx(expected, rel=0.01)
    assert content["ratios"]["mobilenet_vs_saved_model"] is None
    assert content["ratios_by_cpu"]["throughput_b10_vs_reference"] == pytest.approx(4.0)
    assert content["ratios_spread"]["throughput_b10_vs_reference"]["count"] == 3


def test_every_sample_is_kept(content: dict[str, Any]) -> None:
    assert content["samples"] == [asdict(sample) for sample in recorded.run().samples]


def test_targets_are_judged_each_by_its_own_side(content: dict[str, Any]) -> None:
    judged = {target["key"]: target["met"] for target in content["targets"]}
    assert judged["cold_start_litert_vs_reference"] is False
    assert judged["throughput_b10_vs_reference"] is True
    assert judged["cold_start_tensorflow_vs_reference"] is False
    assert judged["dollars_vs_reference"] is True
    assert judged["litert_layer_unzipped_bytes"] is False
    assert judged["build_again_seconds"] is True
    assert judged["mobilenet_vs_saved_model"] is None


def test_what_grows_is_told_by_its_slope(content: dict[str, Any]) -> None:
    found = {(row["stage"], row["clock"]): (row["each"], row["fixed"]) for row in content["growth"]}
    assert found["batch", "wall"] == pytest.approx((1, 0.5))
    assert found["job", "cpu"] == pytest.approx((0.2, 1))


def test_a_run_of_nothing_is_still_a_document() -> None:
    content = document(replace(recorded.run(), samples=[]))
    assert set(content["ratios"].values()) == {None}
    assert "not measured" in page(content)


@pytest.mark.parametrize(
    "broken", [{"ratios": {}}, {"samples": [{"stage": "cold"}]}, {"targets": []}, {"sizes": {}}, {"other": 1}]
)
def test_the_schema_refuses_what_lacks_something(broken: dict[str, Any], content: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**content, **broken}, SCHEMA)


def test_the_page_begins_with_the_targets_and_hides_no_failure(content: dict[str, Any]) -> None:
    text = page(content)
    assert text.index("## Targets") < text.index("## Cold start") < text.index("## What this does not show")
    assert "* job: a sentence." in text
    assert "| Cold start, LiteRT: times faster than the reference's way | ≥ 15 | 4 | 4 | **missed** |" in text
    assert "| Sluice, LiteRT | 1 | 1 (0.1 to 1) | 900 (900 to 9,000) | 168 |" in text
    assert "* Cold start, LiteRT: times faster than the reference's way: what is left is Python itself" in text
    assert "* Images a second" not in text
    assert "A quick run" not in text


def test_each_table_of_the_page_is_whole(content: dict[str, Any]) -> None:
    """Every row of a table has as many cells as its head."""
    columns = 0
    for line in page(content).splitlines():
        cells = line.count("|") if line.startswith("|") else 0
        assert not columns or not cells or cells == columns, line
        columns = cells
