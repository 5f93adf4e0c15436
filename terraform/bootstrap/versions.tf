terraform {
  required_version = ">= 1.10, < 2.0" # 1.10 brought the S3 backend its own lock

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
