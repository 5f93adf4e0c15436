# GET /start starts a state machine that invokes a function in two parallel branches and joins their results.

module "artifacts" {
  source        = "../../../modules/artifacts"
  folder        = "${path.root}/../../../build/out/${var.build}"
  oldest_python = var.oldest_python
}

module "api" {
  source = "../../../modules/api"
  name   = var.prefix
  routes = { "GET /start" = module.branches.starter }
}

module "branches" {
  source     = "../../../modules/state_machine"
  name       = var.prefix
  definition = "${path.root}/branches.asl.json"

  uses = {
    Hello = module.hello.invoker
    Join  = module.join.invoker
  }
}

module "hello" {
  source   = "../../../modules/function"
  name     = "${var.prefix}-hello"
  artifact = module.artifacts.functions["hello"]
}

module "join" {
  source   = "../../../modules/function"
  name     = "${var.prefix}-join"
  artifact = module.artifacts.functions["join"]
}
