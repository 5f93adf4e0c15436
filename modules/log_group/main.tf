# A log group that forgets, and the one place where CloudWatch's own list of days is written.

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS's; neither addresses nor images are logged.
  name              = var.name
  retention_in_days = var.days
}
