# Reads the manifest that `make build` wrote: zips of functions and layers for one Python version and one architecture.

locals {
  manifest = jsondecode(file("${var.folder}/manifest.json"))

  platform = {
    runtime      = "python${local.manifest.python}"
    architecture = local.manifest.architecture
  }
}
