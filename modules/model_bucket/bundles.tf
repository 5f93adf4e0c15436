# The bundles that Terraform keeps: a folder in the bucket is named by the hash of its manifest, which holds the hashes of the rest.

locals {
  manifests = { for folder in var.bundles : folder => jsondecode(file("${folder}/manifest.json")) }
  hashes    = { for folder in var.bundles : folder => filesha256("${folder}/manifest.json") }
  kept      = { for folder, manifest in local.manifests : "${manifest.name}@${local.hashes[folder]}" => manifest... }

  objects = merge([for folder, manifest in local.manifests : merge(
    { "${manifest.name}/${local.hashes[folder]}/manifest.json" = { path = "${folder}/manifest.json", sha256 = local.hashes[folder] } },
    { for file, pin in manifest.files : "${manifest.name}/${local.hashes[folder]}/${file}" => { path = "${folder}/${file}", sha256 = pin.sha256 } },
  )]...)
}

resource "aws_s3_object" "bundle" {
  for_each = local.objects

  bucket             = module.bucket.name
  key                = each.key
  source             = each.value.path
  source_hash        = filesha256(each.value.path)
  content_type       = endswith(each.key, ".json") ? "application/json" : "application/octet-stream" # JSON can be read back
  checksum_algorithm = "SHA256"
  metadata           = { keeper = "terraform" } # whoever takes its folder out of bundles deletes it

  lifecycle {
    create_before_destroy = true # what is served moves on before its bundle goes

    precondition {
      condition     = filesha256(each.value.path) == each.value.sha256
      error_message = "${each.value.path} is not the file that manifest.json describes: make the bundle again."
    }
  }
}
