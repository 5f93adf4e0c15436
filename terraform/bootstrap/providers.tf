# Where and as whom: `make bootstrap` takes the region from the environment's backend file, credentials from the environment.

provider "aws" {
  default_tags {
    tags = {
      Application = "sluice"
    }
  }
}
