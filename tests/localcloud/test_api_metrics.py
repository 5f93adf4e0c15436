"""What an HTTP API measures: "Monitor CloudWatch metrics for HTTP APIs"."""

from tests.support.localcloud import apis, metrics, versions
from tests.support.localcloud.aws import Aws


def test_requests_are_counted_by_how_they_end(aws: Aws) -> None:
    api = apis.create_api(aws, versions.source_code("counted"))
    apis.send_request(aws, f"{api.endpoint}/jobs/1", apis.operator_keys(aws))
    apis.send_request(aws, f"{api.endpoint}/jobs/1", None)
    for dimensions in ({"ApiId": api.api_id}, {"ApiId": api.api_id, "Stage": "$default"}):
        found = {
            name: metrics.read_statistic(aws, "AWS/ApiGateway", name, dimensions, "Sum")
            for name in ("Count", "4xx", "5xx")
        }
        assert found == {"Count": 2, "4xx": 1, "5xx": 0}
        assert (metrics.read_statistic(aws, "AWS/ApiGateway", "Latency", dimensions, "p99") or 0.0) > 0
