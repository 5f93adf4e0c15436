variable "name" {
  description = "Name of the dashboard."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.name))
    error_message = "Invalid dashboard name \"${var.name}\": use 1 to 255 letters, digits, - or _."
  }
}

variable "alarms" {
  description = "ARNs of the alarms whose states to show."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.alarms) >= 1 && length(var.alarms) <= 100
    error_message = "The dashboard shows ${length(var.alarms)} alarms, but must show 1 to 100."
  }
}

variable "rows" {
  description = "Rows of widgets, left to right. A widget has a title, metrics by label, and search expressions for metrics whose dimensions are not known in advance."
  type = list(list(object({
    title    = string
    metrics  = optional(map(object({ namespace = string, name = string, dimensions = map(string), statistic = string })), {})
    searches = optional(list(string), [])
    stacked  = optional(bool, false)
  })))
  nullable = false

  validation {
    condition     = alltrue([for row in var.rows : length(row) >= 1 && length(row) <= 4])
    error_message = "Each row must have 1 to 4 widgets: more would be too narrow to read."
  }

  validation {
    condition     = alltrue([for widget in flatten(var.rows) : length(widget.metrics) + length(widget.searches) >= 1])
    error_message = "Each widget needs a metric or a search, but these have none: ${join(", ", [for widget in flatten(var.rows) : widget.title if length(widget.metrics) + length(widget.searches) == 0])}."
  }
}
