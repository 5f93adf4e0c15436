# Shared state in S3. environments/*.s3.tfbackend has the bucket and key of each environment.

terraform {
  backend "s3" {
    use_lockfile = true # without `encrypt`, which would override the bucket's KMS encryption with a weaker one
  }
}
