"""A queue must hide a message for as long as the function may run: CreateEventSourceMapping refuses it otherwise."""

import pytest
from botocore.exceptions import ClientError

from tests.support.localcloud.aws import Aws


def test_a_visibility_timeout_below_the_functions_is_refused(aws: Aws) -> None:
    """ "Queue visibility timeout: 5 seconds is less than Function timeout: 6 seconds"."""
    function = aws.create_function("def handler(e, c): pass", Timeout=6)
    with pytest.raises(ClientError, match="visibility timeout: 5 seconds is less than Function timeout: 6 seconds"):
        aws.map_queue(aws.create_queue(VisibilityTimeout=5), function)
    assert aws.map_queue(aws.create_queue(VisibilityTimeout=6), function)
