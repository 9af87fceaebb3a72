"""The report as one HTML page: facts from a plan or outputs, sections, tables, style, script."""
