# A built layer: libraries that several functions share.

resource "aws_lambda_layer_version" "this" {
  layer_name               = var.name
  description              = "Built ${var.artifact.sha256}"
  filename                 = var.artifact.path
  source_code_hash         = filebase64sha256(var.artifact.path)
  compatible_runtimes      = [var.artifact.runtime]
  compatible_architectures = [var.artifact.architecture]
}
