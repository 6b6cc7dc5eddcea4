"""The explorer: Datasette on the database, read only, with a front page, descriptions and queries of ours."""
