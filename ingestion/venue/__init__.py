"""How a source is declared: tables, series and their paging, the base of adapters, the registry."""
