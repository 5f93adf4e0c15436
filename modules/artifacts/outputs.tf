output "functions" {
  description = "Zip and handler of each function, by its name."
  value = { for name, artifact in local.manifest.functions : name => merge(local.platform, {
    path    = "${var.folder}/${artifact.file}"
    handler = artifact.handler
  }) }

  precondition {
    condition     = tonumber(split(".", local.manifest.python)[1]) >= tonumber(split(".", var.oldest_python)[1])
    error_message = "${var.folder} is built for Python ${local.manifest.python}, but the wheels in the layers need glibc 2.28, which Lambda has from Python ${var.oldest_python} on: build with PYTHON=3.13."
  }
}

output "layers" {
  description = "Zip of each layer, by its name."
  value = { for name, artifact in local.manifest.layers : name => merge(local.platform, {
    path   = "${var.folder}/${artifact.file}"
    sha256 = artifact.sha256
    bytes  = artifact.bytes
  }) }
}
