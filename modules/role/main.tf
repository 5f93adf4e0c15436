# An IAM role with exactly the permissions of its grants. Every identity policy of a function, state machine or API is rendered here.

resource "aws_iam_role" "this" {
  name        = var.name
  description = "Permissions of ${var.name}."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = var.service }
    }]
  })
}

resource "aws_iam_role_policy" "grants" {
  for_each = { for use, grant in var.uses : use => grant.permissions if length(grant.permissions) > 0 }

  role = aws_iam_role.this.name
  name = each.key

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for permission in each.value : {
      Effect   = "Allow"
      Action   = permission.actions
      Resource = permission.resources
    }]
  })
}
