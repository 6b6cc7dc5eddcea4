"""Everything the bot does. A poll takes one source through eight steps, each a folder or a module of that name:

1 fetch · 2 parse · 3 check · 4 diff · 5 attribute · 6 decide · 7 render · 8 deliver

`run/` leads through them, `analyse/` answers the questions of all screens, `digest/`, `report/`, `explore/` and `commands/` show
the answers, and `service/` is what `serve` runs.
"""

from importlib.metadata import PackageNotFoundError, version

# Each name may import those after it, never those before it. The only list of this; a test reads it here.
IMPORT_ORDER = (
    "__main__", "commands", "cli", "service", "explore", "report", "digest", "app", "run", "check", "fetch", "parse", "diff",
    "context", "deliver", "analyse", "render", "logs", "config", "decide", "attribute", "tables", "wording", "errors",
)  # fmt: skip

try:
    VERSION = version("standards-watch")
except PackageNotFoundError:  # run from a checkout that was not installed
    VERSION = "0"
