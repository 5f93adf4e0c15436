# What `make build` left: zips that were built for one Python and one architecture and go together.

locals {
  manifest = jsondecode(file("${var.folder}/manifest.json"))

  platform = {
    runtime      = "python${local.manifest.python}"
    architecture = local.manifest.architecture
  }
}
