"""Microsoft.Resources: subscriptions, resource groups, providers, regions, tags."""
