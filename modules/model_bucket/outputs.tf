output "reader" {
  description = "Read the bundle (a grant; its address is s3://bucket/name/hash, which pins the content)."
  value       = module.bucket.reader[local.folder]
  depends_on  = [aws_s3_object.bundle] # who knows the address finds the model there
}

output "model" {
  description = "The model as name@hash."
  value       = "${local.manifest.name}@${local.hash}"
}
