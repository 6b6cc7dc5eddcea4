"""TOML files checked against a model: every error names the file, the line and the key, and the nearest right key."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from bot.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
Keys = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class TomlFile:
    """Path, text and values of a TOML file."""

    path: Path
    text: str
    values: Mapping[str, Any]

    def check(self, model: type[Model], values: Mapping[str, Any], above: Keys = ()) -> Model:
        """Return the model of some values. Raises ConfigError for all that is wrong in them; `above` are the keys of their table in
        this file."""
        try:
            return model.model_validate(values, context=self.path.parent)
        except ValidationError as error:
            places = [[*above, *(part for part in each["loc"] if part != "[key]")] for each in error.errors()]
            said = [self.at(keys, reason(model, each)) for keys, each in zip(places, error.errors(), strict=True)]
            raise ConfigError(" ".join(said)) from error

    def at(self, keys: Keys, text: str) -> str:
        """Return a sentence about a key, with its line."""
        return (
            f"{self.path}, line {line_of(self.text, keys)}: {'.'.join(map(str, keys))}: {text}{'' if text.endswith('?') else '.'}"
        )


def read_toml(path: Path, kind: str) -> TomlFile:
    """Read a TOML file; `kind` is what errors call it ("configuration"). Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
        return TomlFile(path, text, tomllib.loads(text))
    except OSError as error:
        raise ConfigError(f"The {kind} {path} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The {kind} {path} is no TOML: {error}.") from error


def reason(model: type[BaseModel], error: Any) -> str:
    """Return what is wrong with a value, in words."""
    if error["type"] != "extra_forbidden":
        raised = error.get("ctx", {}).get("error")
        return str(raised.args[0] if raised else error["msg"])
    near = get_close_matches(str(error["loc"][-1]), keys_at(model, error["loc"][:-1]), n=1)
    return f"is not a key of this file{f'; did you mean {near[0]}?' if near else ''}"


def keys_at(model: type[BaseModel], place: Keys) -> list[str]:
    """Return the keys of the table at a place of a model."""
    for part in place:
        field = model.model_fields.get(str(part))
        inside = [field.annotation, *get_args(field.annotation)] if field else []
        found = [each for each in inside if isinstance(each, type) and issubclass(each, BaseModel)]
        model = found[0] if found else model
    return [field.alias or name for name, field in model.model_fields.items()]


def line_of(text: str, keys: Keys) -> int:
    """Return the line number of a key: the last line, in order, that opens one of its tables or sets one of its parts. The first
    number in `keys` is the index of a table in its array."""
    names = [str(key) for key in keys if not isinstance(key, int)]
    before = next((key for key in keys if isinstance(key, int)), 0)
    found, remaining = 1, names
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*(\[+)([^\]]+)\]", line)
        if header:
            parts = [part.strip() for part in header[2].replace('"', "").split(".")]
            inside = parts == names[: len(parts)]
            if inside and header[1] == "[[" and before:
                before, inside = before - 1, False
            found, remaining = (number, names[len(parts) :]) if inside else (found, [])
        elif remaining and re.match(rf"\s*\"?{re.escape(remaining[0])}\"?\s*[=.]", line):
            return number
    return found
