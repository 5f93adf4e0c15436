"""What an HTTP API measures: "Monitor CloudWatch metrics for HTTP APIs"."""

from tests.support.localcloud import apis, published_metrics, versions
from tests.support.localcloud.aws import Aws


def test_requests_are_counted_by_how_they_end(aws: Aws) -> None:
    api = apis.create(aws, versions.source("counted"))
    apis.request(aws, f"{api.endpoint}/jobs/1", apis.operator(aws))
    apis.request(aws, f"{api.endpoint}/jobs/1", None)
    for dimensions in ({"ApiId": api.identity}, {"ApiId": api.identity, "Stage": "$default"}):
        found = {
            name: published_metrics.statistic(aws, "AWS/ApiGateway", name, dimensions, "Sum")
            for name in ("Count", "4xx", "5xx")
        }
        assert found == {"Count": 2, "4xx": 1, "5xx": 0}
        assert (published_metrics.statistic(aws, "AWS/ApiGateway", "Latency", dimensions, "p99") or 0.0) > 0
