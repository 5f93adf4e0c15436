locals {
  folders = { for folder in var.folders : folder => {
    address = "s3://${module.private.name}/${folder}"
    objects = "${module.private.arn}/${folder}/*"
  } }
}

output "reader" {
  description = "Read the objects of a folder, by folder (grants; the address is s3://bucket/folder)."
  value = { for name, folder in local.folders : name => {
    address     = folder.address
    permissions = [{ actions = ["s3:GetObject"], resources = [folder.objects] }]
  } }
}

output "writer" {
  description = "Read and write the objects of a folder, by folder (grants; the address is s3://bucket/folder)."
  value = { for name, folder in local.folders : name => {
    address     = folder.address
    permissions = [{ actions = ["s3:GetObject", "s3:PutObject"], resources = [folder.objects] }]
  } }
}

output "map_results" {
  description = "Keep a distributed map's results in a folder, by folder (grants; the address is the bucket's bare name, as ResultWriter wants it)."
  value = { for name, folder in local.folders : name => {
    address = module.private.name
    permissions = [{
      actions   = ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"]
      resources = [folder.objects]
    }]
  } }
}

output "name" {
  description = "Name of the bucket once its rules hold, for people and for objects that are put into it; code is given a grant."
  value       = module.private.name
}
