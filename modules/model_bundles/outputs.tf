output "reader" {
  description = "Grants to read a bundle, by version (name@hash). The address is s3://bucket/name/hash, which pins the content."
  value = { for version in var.versions : version => {
    address     = "${var.readers[split("@", version)[0]].address}/${split("@", version)[1]}"
    permissions = var.readers[split("@", version)[0]].permissions # all versions of the model: one that is being replaced still has cold starts
  } }
  depends_on = [aws_s3_object.bundle] # the bundle exists as soon as its address is known
}

output "engines" {
  description = "Inference engine of each version."
  value       = { for version in var.versions : version => local.deployed[version].engine }
}

output "bytes" {
  description = "Size of each version's model file in bytes, without labels and other files."
  value       = { for version in var.versions : version => local.deployed[version].files[local.deployed[version].model].bytes }
}

output "hashes" {
  description = "Hashes of the bundles that Terraform uploads, by model name."
  value = { for name in distinct(values(local.manifests)[*].name) : name => distinct([
    for folder, manifest in local.manifests : local.hashes[folder] if manifest.name == name
  ]) }
}
