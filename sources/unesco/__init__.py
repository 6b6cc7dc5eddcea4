"""Sources of UNESCO, and of the UN documents beside them."""

from sources.base import Terms

UNESDOC = Terms("CC BY-SA 3.0 IGO", "UNESDOC Digital Library, UNESCO", "https://unesdoc.unesco.org")
