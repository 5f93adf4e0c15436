# `make bootstrap` sets the region from the backend file of the environment. Credentials come from the AWS environment variables or profile.

provider "aws" {
  default_tags {
    tags = {
      Application = "sluice"
    }
  }
}
