output "arn" {
  description = "The role's ARN, known once every policy is attached: who starts with it starts with all its rights."
  value       = aws_iam_role.this.arn
  depends_on  = [aws_iam_role_policy.grants]
}
