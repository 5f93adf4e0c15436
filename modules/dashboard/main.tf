# A CloudWatch dashboard: rows of metric widgets, placed automatically, below the states of alarms.

data "aws_region" "current" {}

locals {
  columns = 24 # width of CloudWatch's grid
  height  = 6

  alarms = {
    type       = "alarm", x = 0, y = 0, width = local.columns, height = 4
    properties = { title = "Alarms", alarms = var.alarms }
  }

  placed = flatten([for y, row in var.rows : [for x, widget in row : {
    x     = x * floor(local.columns / length(row)), y = local.alarms.height + y * local.height
    width = floor(local.columns / length(row)), widget = widget
  }]])

  widgets = [for place in local.placed : {
    type = "metric", x = place.x, y = place.y, width = place.width, height = local.height
    properties = {
      title   = place.widget.title
      region  = data.aws_region.current.name
      view    = "timeSeries"
      stacked = place.widget.stacked
      period  = 60
      metrics = concat(
        [for label, metric in place.widget.metrics : concat(
          [metric.namespace, metric.name],
          flatten([for name, value in metric.dimensions : [name, value]]),
          [{ label = label, stat = metric.statistic }],
        )],
        [for search in place.widget.searches : [{ expression = search, label = "" }]],
      )
    }
  }]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = concat([local.alarms], local.widgets) })
}
