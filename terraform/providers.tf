# Where and as whom: region and credentials come from the environment, as for any AWS tool.

provider "aws" {
  default_tags {
    tags = {
      Application = "sluice"
      Environment = var.environment
    }
  }
}
