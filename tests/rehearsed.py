"""What holds of every world: to rehearse its history with the configuration that made it predicts nothing."""

from bot.context import RunContext
from bot.decide.names import events, roles
from bot.run.backtest import backtest, compare_with_history
from sources import all_sources
from state.db import write
from tests.rows import columns
from tests.state.tables import ever_corrected, rules_versions


def predicts_nothing(desk: RunContext) -> None:
    """Check that to rehearse the history of a desk predicts nothing, where its rules are those that judged it and nobody corrected
    them since."""
    if rules_versions(desk.db) != {desk.attributor.version} or ever_corrected(desk.db):
        return
    sources = list(all_sources().values())
    written = {
        "event": columns(desk.db, "alerts", "event", "event <> 'baseline'"),
        "role": columns(desk.db, "attributions", "role"),
    }
    assert set(written["event"]) <= set(events().forms.values()), "a source has an event that it does not declare"
    assert set(written["role"]) <= set(roles().forms.values()), "a role is in none of the sets of state/model.py"
    with write(desk.db) as writing:
        played = list(backtest(writing, sources, desk.attributor, desk.watchlists))
        for watchlist in desk.watchlists:
            assert compare_with_history(writing, played, watchlist.name, "", sources) == []
