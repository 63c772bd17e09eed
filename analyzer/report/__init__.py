"""What people and programs get to see: the terminal report, charts, files of tables, one JSON object."""
