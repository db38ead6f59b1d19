"""Numbers, arrays and tables: they know no game."""
