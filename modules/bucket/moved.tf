# Where the bucket was before it became a module of its own: without this, an apply would replace it.

moved {
  from = aws_s3_bucket.this
  to   = module.private.aws_s3_bucket.this
}

moved {
  from = aws_s3_bucket_versioning.this
  to   = module.private.aws_s3_bucket_versioning.this
}

moved {
  from = aws_s3_bucket_server_side_encryption_configuration.this
  to   = module.private.aws_s3_bucket_server_side_encryption_configuration.this
}

moved {
  from = aws_s3_bucket_public_access_block.this
  to   = module.private.aws_s3_bucket_public_access_block.this
}

moved {
  from = aws_s3_bucket_ownership_controls.this
  to   = module.private.aws_s3_bucket_ownership_controls.this
}

moved {
  from = aws_s3_bucket_policy.this
  to   = module.private.aws_s3_bucket_policy.this
}

moved {
  from = aws_s3_bucket_lifecycle_configuration.this
  to   = module.private.aws_s3_bucket_lifecycle_configuration.this
}
