"""bench.json and its page for an invented run: ratios, targets, schema, samples."""

from dataclasses import asdict, replace
from typing import Any

import jsonschema
import pytest

from bench.document import SCHEMA, create_document
from bench.networks import MATRIX_PRODUCT_OPERATIONS
from bench.report import render_page
from tests.support.bench import recorded


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return create_document(recorded.create_run())


def test_ratios_compare_the_right_competitors(content: dict[str, Any]) -> None:
    expected = {
        "cold_start_litert_vs_reference": 4.0,
        "cold_start_tensorflow_vs_reference": 0.5,
        "throughput_b10_vs_reference": 4.0,
        "handler_vs_raw_engine": 0.95,
        "dollars_vs_reference": 0.25,
        "peak_memory_vs_reference": 0.1,
        "litert_vs_sgemm": 11e9 / 0.95 / (MATRIX_PRODUCT_OPERATIONS / 2.0),
        "12mp_fast_vs_reference": 0.125,
        "1mp_exact_vs_reference_as_message": 0.25,
        "throughput_b10_vs_litserve": 3.0,
    }
    assert {key: content["ratios"][key] for key in expected} == pytest.approx(expected, rel=0.01)
    assert content["ratios"]["mobilenet_vs_saved_model"] is None
    assert content["ratios_by_cpu"]["throughput_b10_vs_reference"] == pytest.approx(4.0)
    assert content["ratios_spread"]["throughput_b10_vs_reference"]["count"] == 3


def test_document_contains_every_sample(content: dict[str, Any]) -> None:
    assert content["samples"] == [asdict(sample) for sample in recorded.create_run().samples]


def test_targets_are_judged_by_their_limits(content: dict[str, Any]) -> None:
    judged = {target["key"]: target["met"] for target in content["targets"]}
    assert judged["cold_start_litert_vs_reference"] is False
    assert judged["throughput_b10_vs_reference"] is True
    assert judged["cold_start_tensorflow_vs_reference"] is False
    assert judged["dollars_vs_reference"] is True
    assert judged["litert_layer_unzipped_bytes"] is False
    assert judged["build_again_seconds"] is True
    assert judged["mobilenet_vs_saved_model"] is None


def test_growth_has_slope_and_fixed_cost(content: dict[str, Any]) -> None:
    growth = {(row["stage"], row["clock"]): (row["each"], row["fixed"]) for row in content["growth"]}
    assert growth["batch", "wall"] == pytest.approx((1, 0.5))
    assert growth["job", "cpu"] == pytest.approx((0.2, 1))


def test_run_without_samples_is_valid() -> None:
    content = create_document(replace(recorded.create_run(), samples=[]))
    assert set(content["ratios"].values()) == {None}
    assert "not measured" in render_page(content)


@pytest.mark.parametrize(
    "broken", [{"ratios": {}}, {"samples": [{"stage": "cold"}]}, {"targets": []}, {"sizes": {}}, {"other": 1}]
)
def test_schema_refuses_incomplete_documents(broken: dict[str, Any], content: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**content, **broken}, SCHEMA)


def test_page_has_targets_causes_and_failures(content: dict[str, Any]) -> None:
    text = render_page(content)
    assert text.index("## Targets") < text.index("## Cold start") < text.index("## Limits")
    assert "* job: a sentence." in text
    assert "| Cold start, LiteRT: speedup over the reference | ≥ 15 | 4 | 4 | **missed** |" in text
    assert "| Sluice, LiteRT | 1 | 1 (0.1 to 1) | 900 (900 to 9,000) | 168 |" in text
    assert "* Cold start, LiteRT: speedup over the reference: the rest is importing boto3" in text
    assert "* Images per second" not in text
    assert "A quick run" not in text


def test_page_tables_have_equal_cells_in_each_row(content: dict[str, Any]) -> None:
    """Each row of a table has as many cells as its header."""
    columns = 0
    for line in render_page(content).splitlines():
        cells = line.count("|") if line.startswith("|") else 0
        assert not columns or not cells or cells == columns, line
        columns = cells
