# The function's identity: what its caller lets it use, and the three things that every function of its kind needs.

module "role" {
  source  = "../role"
  name    = var.name
  service = "lambda.amazonaws.com"

  uses = merge(
    var.uses,
    {
      LOGS = module.logs.writer
      TRACES = {
        address = "xray"
        permissions = [{
          actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
          resources = ["*"] # X-Ray knows no resource to narrow it to
        }]
      }
    },
    { for trigger in var.trigger[*] : "TRIGGER" => trigger.queue },
  )
}
