# Uploads model bundles to a bucket and exports a grant to read each deployed version, also of bundles that `make publish` uploaded.

locals {
  manifests = { for folder in var.bundles : folder => jsondecode(file("${folder}/manifest.json")) }

  # A bundle's key prefix is name/hash, the SHA-256 of its manifest, which holds the hashes of the other files.
  hashes   = { for folder in var.bundles : folder => filesha256("${folder}/manifest.json") }
  uploaded = { for folder, manifest in local.manifests : "${manifest.name}@${local.hashes[folder]}" => manifest... }

  objects = merge([for folder, manifest in local.manifests : merge(
    { "${manifest.name}/${local.hashes[folder]}/manifest.json" = { path = "${folder}/manifest.json", sha256 = local.hashes[folder] } },
    { for file, pin in manifest.files : "${manifest.name}/${local.hashes[folder]}/${file}" => { path = "${folder}/${file}", sha256 = pin.sha256 } },
  )]...)
}

resource "aws_s3_object" "bundle" {
  for_each = local.objects

  bucket             = var.bucket
  key                = each.key
  source             = each.value.path
  source_hash        = filesha256(each.value.path)
  content_type       = endswith(each.key, ".json") ? "application/json" : "application/octet-stream" # the aws_s3_object data source reads only text
  checksum_algorithm = "SHA256"
  metadata           = { managed-by = "terraform" } # removing the folder from bundles deletes the object

  lifecycle {
    create_before_destroy = true # functions switch to the new version before the old bundle is deleted

    precondition {
      condition     = filesha256(each.value.path) == each.value.sha256
      error_message = "${each.value.path} does not match its hash in manifest.json: create the bundle again with `make model`."
    }
  }
}

# Manifests of versions that `make publish` uploaded are read from the bucket.

locals {
  deployed = merge(
    { for version, manifests in local.uploaded : version => manifests[0] },
    { for version, manifest in data.aws_s3_object.published : version => jsondecode(manifest.body) },
  )
}

data "aws_s3_objects" "published" {
  for_each = setsubtract(var.versions, keys(local.uploaded))

  bucket = var.bucket_name
  prefix = "${replace(each.key, "@", "/")}/manifest.json"

  lifecycle {
    postcondition {
      condition     = length(self.keys) == 1
      error_message = "${each.key} is neither in a folder of bundles nor in the bucket ${var.bucket_name}: upload it with `make publish ENV=... MODEL=${each.key}`, which lists the available versions."
    }
  }
}

data "aws_s3_object" "published" {
  for_each = data.aws_s3_objects.published

  bucket = var.bucket_name
  key    = one(each.value.keys)

  lifecycle {
    postcondition {
      condition     = sha256(self.body) == split("@", each.key)[1]
      error_message = "The hash of s3://${var.bucket_name}/${self.key} is not that of ${each.key}: delete the object and run `make publish` again."
    }

    postcondition {
      condition     = lookup(self.metadata, "managed-by", "") != "terraform"
      error_message = "${each.key} is in use, but this plan would delete it, because its folder is no longer in bundles: keep the folder in bundles while the version is in use."
    }
  }
}
