"""Makes the user whose keys clients of the cloud hold: an ordinary IAM user who may do everything.

An ordinary user, since ministack lets its root keys pass without a look at their signature or at resource policies.
"""

import json
import secrets

from ministack.core.responses import request_scope
from ministack.services import iam

NAME = "operator"


def create(account: str, region: str) -> tuple[str, str]:
    """The new user's access key id and secret."""
    policy = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}], "Version": "2012-10-17"}
    key, secret = f"AKIA{secrets.token_hex(8).upper()}", secrets.token_hex(20)
    with request_scope(account, region):
        iam._create_user({"UserName": [NAME]})
        iam._user_inline_policies[NAME] = {"everything": json.dumps(policy)}
        iam._access_keys[key] = {
            "UserName": NAME, "AccessKeyId": key, "SecretAccessKey": secret, "Status": "Active",
            "CreateDate": iam._now(),
        }  # fmt: skip
    return key, secret
