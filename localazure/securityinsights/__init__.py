"""Microsoft.SecurityInsights: Microsoft Sentinel on a workspace, and its analytic rules."""
