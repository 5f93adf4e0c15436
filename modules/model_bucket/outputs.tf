output "reader" {
  description = "Read a bundle, by its version (grants; the address is s3://bucket/name/hash, which pins the content)."
  value = { for version in var.versions : version => {
    address     = "${module.bucket.reader[split("@", version)[0]].address}/${split("@", version)[1]}"
    permissions = module.bucket.reader[split("@", version)[0]].permissions # all versions of the model: one that is being replaced still starts
  } }
  depends_on = [aws_s3_object.bundle] # who knows the address finds the model there
}

output "engines" {
  description = "The engine that each version needs."
  value       = { for version in var.versions : version => local.described[version].engine }
}

output "bytes" {
  description = "The size of each version's model file, without labels and the like."
  value       = { for version in var.versions : version => local.described[version].files[local.described[version].model].bytes }
}

output "kept" {
  description = "Hashes of the versions that Terraform keeps from folders, by the model's name."
  value = { for name in distinct(values(local.manifests)[*].name) : name => distinct([
    for folder, manifest in local.manifests : local.hashes[folder] if manifest.name == name
  ]) }
}

output "bucket" {
  description = "Name of the bucket once its rules hold, for people and for what is put into it; code is given a grant."
  value       = module.bucket.name
}
