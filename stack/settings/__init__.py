"""The settings of one environment: records, checks, and the one reader of the configuration.

Others take ``read.read_settings``, ``model.Settings`` and ``mistakes.SettingsError``.
"""
