terraform {
  required_version = ">= 1.10, < 2.0" # the S3 backend supports lock files since 1.10

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
