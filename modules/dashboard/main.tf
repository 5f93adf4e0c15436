# A dashboard from sights: rows of panels, laid out by themselves, with the state of alarms on top.

data "aws_region" "current" {}

locals {
  columns = 24 # of CloudWatch's grid
  height  = 6

  status = {
    type       = "alarm", x = 0, y = 0, width = local.columns, height = 4
    properties = { title = "Alarms", alarms = var.alarms }
  }

  panels = [for panel in flatten([for y, row in var.rows : [for x, panel in row : {
    x     = x * floor(local.columns / length(row)), y = local.status.height + y * local.height
    width = floor(local.columns / length(row)), panel = panel
    }]]) : {
    type = "metric", x = panel.x, y = panel.y, width = panel.width, height = local.height
    properties = {
      title   = panel.panel.title
      region  = data.aws_region.current.name
      view    = "timeSeries"
      stacked = panel.panel.stacked
      period  = 60
      metrics = concat(
        [for label, sight in panel.panel.sights : concat(
          [sight.namespace, sight.metric],
          flatten([for name, value in sight.dimensions : [name, value]]),
          [{ label = label, stat = sight.statistic }],
        )],
        [for search in panel.panel.searches : [{ expression = search, label = "" }]],
      )
    }
  }]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = concat([local.status], local.panels) })
}
