"""Microsoft.Authorization: rights, roles, locks."""
