"""The commands, one family a module: options in, rows out. `bot/cli.py` lists them; `NAME_command` is the command NAME."""
