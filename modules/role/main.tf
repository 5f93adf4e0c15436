# An identity and exactly what it was granted: the only place where an identity policy is rendered.

resource "aws_iam_role" "this" {
  name        = var.name
  description = "What ${var.name} may do, and nothing else."

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
