"""GetFunction and the tags that it keeps to itself: Lambda API Reference, "GetFunction"."""

from tests.support.localcloud.aws import ACCOUNT, Aws, allow


def test_get_function_leaves_out_the_tags_for_who_may_not_list_them(aws: Aws) -> None:
    name = aws.create_function("def handler(event, context): ...", Tags={"Environment": "test"})
    arn = f"arn:aws:lambda:{aws.region}:{ACCOUNT}:function:{name}"
    for listed, told in ((f"{arn}-other", None), (arn, "test")):
        keys = aws.create_user(allow("lambda:GetFunction", on=arn), allow("lambda:ListTags", on=listed))
        found = aws.client("lambda", keys).get_function(FunctionName=name)
        assert found["Configuration"]["FunctionName"] == name
        assert found.get("Tags", {}).get("Environment") == told
