variable "name" {
  description = "Name of the dashboard."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.name))
    error_message = "The dashboard's name \"${var.name}\" must have 1 to 255 letters, digits, - or _."
  }
}

variable "alarms" {
  description = "ARNs of the alarms whose state is shown."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.alarms) >= 1 && length(var.alarms) <= 100
    error_message = "The dashboard is to show ${length(var.alarms)} alarms, but must show 1 to 100."
  }
}

variable "rows" {
  description = "Rows of panels, from left to right: each with its title, sights by their label, and searches for metrics whose dimensions are not known before."
  type = list(list(object({
    title    = string
    sights   = optional(map(object({ namespace = string, metric = string, dimensions = map(string), statistic = string })), {})
    searches = optional(list(string), [])
    stacked  = optional(bool, false)
  })))
  nullable = false

  validation {
    condition     = alltrue([for row in var.rows : length(row) >= 1 && length(row) <= 4])
    error_message = "Each row must have 1 to 4 panels: more would be too narrow to read."
  }

  validation {
    condition     = alltrue([for panel in flatten(var.rows) : length(panel.sights) + length(panel.searches) >= 1])
    error_message = "A panel without anything to show: ${join(", ", [for panel in flatten(var.rows) : panel.title if length(panel.sights) + length(panel.searches) == 0])}."
  }
}
