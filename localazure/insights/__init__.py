"""Microsoft.Insights: alerts, action groups, workbooks, data collection rules."""
