"""AWS refuses a request that is not signed, or not with the key's secret; ministack lets some pass as root.

Its root keys ('test', any twelve digits, none at all for S3) are believed without a look at the signature, and no
resource policy binds them.
"""

from ministack.core import iam_evaluator
from ministack.services import sts

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    iam_evaluator.is_root_access_key = _nobody
    sts.is_root_access_key = _nobody  # it imported the name


def _nobody(_: str) -> bool:
    return False
