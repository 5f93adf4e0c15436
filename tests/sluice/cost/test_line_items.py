"""The arithmetic of costs, compared with calculations by hand; prices are round numbers here."""

import re

import pytest

from sluice.cost import line_items, prices
from sluice.cost.usage import FixedResources, Usage, recorded_usages
from tests.support.terraform_root import PROJECT

USAGE = Usage("a network", seconds=0.1, memory=2048, batch=10, log_bytes=1000, traced=0.1, log_days=0)


@pytest.fixture(autouse=True)
def round_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        prices,
        "_LIST",
        {
            "lambda": {"gb_second": 0.00002, "request": 0.0000002},
            "sqs": {"standard_request": 0.0000004, "fifo_request": 0.0000005},
            "cloudwatch": {
                "log_gb": 0.5,
                "log_gb_month": 0.03,
                "metric_month": 0.3,
                "alarm_month": 0.1,
                "dashboard_month": 3,
            },
            "xray": {"trace": 0.000005},
            "states": {"transition": 0.000025},
            "s3": {"put": 0.000005, "get": 0.0000004, "gb_month": 0.023},
        },
    )


def test_price_queue_of_a_million_images() -> None:
    """100,000 calls of 1 s at 2 GB: $4, and $0.02; 300,000 requests to each queue; 1 GB of logs; 100,000 traces."""
    assert line_items.price_queue(USAGE, 1_000_000) == pytest.approx(
        {"Lambda": 4.02, "SQS": 0.27, "logs": 0.5, "traces": 0.5}
    )


def test_price_queue_with_large_batches_sends_ten_per_request() -> None:
    large = Usage("a network", 0.1, batch=100)
    assert line_items.price_queue(large, 1_000_000)["SQS"] == pytest.approx(0.27)


def test_price_queue_bills_whole_milliseconds() -> None:
    short = Usage("a network", seconds=0.0001, memory=1024, batch=1)
    assert line_items.price_queue(short, 1)["Lambda"] == pytest.approx(0.001 * 0.00002 + 0.0000002)


def test_price_job_of_a_million_images() -> None:
    """A call, 1.05 transitions, a PUT and two GETs each."""
    items = line_items.price_job(USAGE, 1_000_000)
    assert items["Lambda"] == pytest.approx(4.2)
    assert items["Step Functions"] == pytest.approx(26.25)
    assert items["S3"] == pytest.approx(5.8)
    assert "SQS" not in items


def test_price_month_of_an_environment() -> None:
    """Five pollers, every 20 s of 730 hours: 657,000 requests."""
    assert line_items.price_month(FixedResources(10, 5, 1, 2)) == pytest.approx(
        {
            "Lambda polling the queue": 0.2628,
            "metrics": 3,
            "alarms": 0.5,
            "dashboard": 3,
            "models, layers and state in S3": 0.046,
        }
    )


def test_recorded_seconds_match_the_benchmark() -> None:
    """docs/benchmarks.md: images a second on one core in batches of ten."""
    page = (PROJECT / "docs" / "benchmarks.md").read_text()
    batches = page[page.index("## Batches of ten") : page.index("## Price")]
    seconds = {usage.name: usage.seconds for usage in recorded_usages()}
    for network in ("InceptionV3", "MobileNetV2"):
        rate = re.search(rf"\| {network} \| cores .*?\| Sluice, LiteRT \| 1 \| ([\d.]+) ", batches, re.DOTALL)
        assert rate is not None
        assert seconds[network] == pytest.approx(1 / float(rate[1]), rel=0.01)
