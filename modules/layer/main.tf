# A built layer: libraries that several functions share.

resource "aws_lambda_layer_version" "this" {
  layer_name               = var.name
  description              = "Built ${var.artifact.sha256}"
  filename                 = local.large ? null : var.artifact.path
  s3_bucket                = one(values(aws_s3_object.zip)[*].bucket)
  s3_key                   = one(values(aws_s3_object.zip)[*].key)
  source_code_hash         = filebase64sha256(var.artifact.path)
  compatible_runtimes      = [var.artifact.runtime]
  compatible_architectures = [var.artifact.architecture]

  lifecycle {
    create_before_destroy = true # functions move on before it goes; versions that they published keep it
  }
}
