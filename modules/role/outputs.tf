output "arn" {
  description = "ARN of the role, known only after every policy is attached, so that its user starts with all permissions."
  value       = aws_iam_role.this.arn
  depends_on  = [aws_iam_role_policy.grants]
}
