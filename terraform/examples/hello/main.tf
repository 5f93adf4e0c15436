# The smallest state machine: one function, started by the AWS CLI.

module "artifacts" {
  source        = "../../../modules/artifacts"
  folder        = "${path.root}/../../../build/out/${var.build}"
  oldest_python = var.oldest_python
}

module "workflow" {
  source     = "../../../modules/state_machine"
  name       = var.prefix
  definition = "${path.root}/hello.asl.json"
  uses       = { Hello = module.hello.invoker }
}

module "hello" {
  source   = "../../../modules/function"
  name     = "${var.prefix}-function"
  artifact = module.artifacts.functions["hello"]
}
