"""Binds KQL with Microsoft's own language service, which runs in Node."""
