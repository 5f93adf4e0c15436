# A log group with a retention period that CloudWatch accepts.

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with an AWS key; neither addresses nor images are logged.
  name              = var.name
  retention_in_days = var.days
}
