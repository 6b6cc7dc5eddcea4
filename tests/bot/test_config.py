"""Configuration: every wrong name is told with file, line, key and the nearest right one; paths are those of its folder."""

from pathlib import Path

import pytest

from bot.config import load_config
from bot.deliver.factory import check_channels
from bot.errors import ConfigError


def written(folder: Path, text: str, name: str = "c.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[routes]]\nto = ["console"]\n[[routes]]\nto = ["console"]\nevents = ["role-gaind"]', "5: routes.1.events.0: there"),
        ('[[routes]]\nto = ["console"]\nevents = ["role-gaind"]', "'role-gaind'; did you mean role-gained"),
        ('[[routes]]\nto = ["console"]\nbodies = ["ITU-T"]', "3: routes.0.bodies.0: there is no body 'ITU-T'; did you mean ITU?"),
        ('[[routes]]\nto = ["console"]\ntopics = ["quantun"]', "topics.0: there is no topic 'quantun'; did you mean quantum?"),
        ('[[routes]]\nto = ["consol"]', "2: routes.0.to: there is no channel 'consol'; did you mean console?"),
        ('[[routes]]\nto = ["console"]\nwatchlists = ["chian"]', "there is no watchlist 'chian'; did you mean china?"),
        ('[[routes]]\nto = ["console"]\nmin_severity = "mayor"', "routes.0.min_severity: Input should be 'info', 'notable'"),
        ('[[routes]]\nto = ["console"]\nevent = ["stage"]', "3: routes.0.event: is not a key of this file; did you mean events?"),
        ('[channels.console]\nkind = "consol"', "2: channels.console.kind: Input should be 'console', 'slack', 'email'"),
        ('[digests.weekly]\nto = ["desk"]', "2: digests.weekly.to: there is no channel 'desk'"),
        ('[digests.weekly]\nto = ["console"]', "digests.weekly.to: a digest is a mail, and a channel in it is of kind console"),
        ('[digests.weekly]\nwatchlists = ["eu"]', "digests.weekly.watchlists: there is no watchlist 'eu'; there are: china."),
        ('[ops]\nto = ["crew"]', "2: ops.to: there is no channel 'crew'; there are: console."),
        ("[sources.iso-comittees]\nenabled = false", "1: sources.iso-comittees: there is no source"),
        ('[watchlists.x]\nfile = "chyna"', "2: watchlists.x.file: there is no watchlist 'chyna'; did you mean china?"),
        ('[watchlists.x]\nfile = "etc/x.toml"', "no watchlist 'etc/x.toml'; there are: china, china-digital, eu, or give the path"),
        ('[watchlists.x]\ncountries = ["XX"]', "2: watchlists.x.countries.0: there is no country 'XX'; give a name, or a code"),
        ('[watchlists.x]\nroles = ["boss"]', "2: watchlists.x.roles.0: there is no role 'boss'; there are: "),
        ('[watchlists.x]\nengagement = "g8"', "2: watchlists.x.engagement: there is no group of countries 'g8'"),
        ('[watchlists.x]\ncountry = ["CN"]', "2: watchlists.x.country: is not a key of this file; did you mean countries?"),
        ('[watchlists.x.severity]\nmembrship = "major"', "line 2: watchlists.x.severity.membrship: there is no role or event"),
        ('[channels.m]\nkind = "webhook"\nurl = "example.org"', "channels.m: give an address that begins with https://"),
        (
            '[sources.unesco-dataset.x]\ndataset = "x"\nkind = "x"\nkey = "x"\ntitle = ["x"]\n'
            'countries = [{field = "x", role = "hots"}]',
            "6: sources.unesco-dataset.x.countries: there is no role 'hots'; did you mean host?",
        ),
    ],
)  # fmt: skip
def test_a_name_that_nothing_has_is_told_with_its_line_and_the_nearest(text: str, says: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as told:
        load_config(path)
    assert str(told.value).startswith(f"{path}, line ")
    assert says in str(told.value)


def test_a_wrong_name_in_a_watchlist_is_told_with_the_line_of_its_own_file(tmp_path: Path) -> None:
    korea = written(tmp_path, 'title = "Korea"\ncountries = ["Korea"]\ntopics = ["quantun"]\n', "korea.toml")
    with pytest.raises(ConfigError) as told:
        load_config(written(tmp_path, '[watchlists.korea]\nfile = "korea.toml"'))
    assert f"{korea}, line 3: topics.0: there is no topic 'quantun'; did you mean quantum?" in str(told.value)


def test_usual_forms_of_names_are_understood(tmp_path: Path) -> None:
    config = load_config(
        written(
            tmp_path,
            '[watchlists.x]\ncountries = ["China", "Republic of Korea", "DEU"]\nbodies = ["iso"]\nroles = ["P-member"]\n'
            '[[routes]]\nto = ["console"]\nbodies = ["Unesco"]\ntopics = ["Artificial intelligence", "Critical materials"]',
        )
    )
    (watchlist,) = config.load_watchlists()
    assert (watchlist.countries, watchlist.bodies, watchlist.roles) == ({"CN", "KR", "DE"}, {"ISO"}, {"p-member"})
    assert (config.routes[0].bodies, config.routes[0].topics) == (("UNESCO",), {"ai", "rare_earth"})


def test_paths_are_those_of_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    written(folder, 'title = "Korea"\ncountries = ["KR"]', "korea.toml")
    path = written(
        folder,
        '[state]\ndb = "data/w.db"\n[watchlists.korea]\nfile = "korea.toml"\n[backup]\nto = "/backups"\n'
        '[channels.feed]\nkind = "feed"\npath = "~/alerts.xml"',
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/bot")
    config = load_config(Path("etc") / path.name)
    assert (tmp_path / config.state.db).resolve() == folder / "data" / "w.db"
    assert config.load_watchlists()[0].title == "Korea"
    assert config.backup.to == Path("/backups")
    assert config.channels["feed"].path == Path("/home/bot/alerts.xml")


@pytest.mark.parametrize(
    ("channel", "environment", "says"),
    [
        ('kind = "slack"\nchannel = "#x"', {}, "line 1: channels.x: it needs SLACK_BOT_TOKEN or SLACK_WEBHOOK_URL in the"),
        ('kind = "webhook"\nurl = "https://x.example"', {}, "channels.x: it needs WEBHOOK_SECRET in the environment."),
        ('kind = "webhook"\nurl = "https://x.example"', {"WEBHOOK_SECRET": "whsec_a!b"}, "must be base64 behind its prefix whsec_"),
        ('kind = "webhook"\nurl = "https://x.example"', {"WEBHOOK_SECRET": "whsec_abc"}, "must be base64 behind its prefix whsec_"),
        ('kind = "apprise"', {}, "channels.x: it needs APPRISE_URL in the environment."),
        ('kind = "email"\nto = ["a@b.example"]\nhost = "h"', {}, "channels.x: it needs a sender, for example"),
    ],
)  # fmt: skip
def test_what_a_channel_needs_is_told_with_its_line(channel: str, environment: dict[str, str], says: str, tmp_path: Path) -> None:
    config = load_config(written(tmp_path, f"[channels.x]\n{channel}"))
    with pytest.raises(ConfigError) as told:
        check_channels(config, environment)
    assert says in str(told.value)
    assert "whsec_a" not in str(told.value).replace("whsec_.", "")


def test_what_channels_need_is_there(tmp_path: Path) -> None:
    channels = '[channels.a]\nkind = "slack"\nchannel = "#x"\n[channels.b]\nkind = "webhook"\nurl = "https://x.example"'
    config = load_config(written(tmp_path, channels))
    for secret in ("whsec_c2VjcmV0", "any text at all"):
        check_channels(config, {"SLACK_WEBHOOK_URL": "https://hooks.example", "WEBHOOK_SECRET": secret})
