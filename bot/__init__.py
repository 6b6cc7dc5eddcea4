"""What we do, in the order in which it happens: fetch, parse, check, diff, attribute, decide, render, deliver."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("standards-watch")
except PackageNotFoundError:  # run from a checkout that was not installed
    VERSION = "0"
