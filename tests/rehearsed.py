"""What holds of every world: to rehearse its history with the configuration that made it predicts nothing."""

from bot.context import RunContext
from bot.run.backtest import backtest, compare_with_history
from sources import all_sources
from state.db import write
from tests.state.tables import ever_corrected, rules_versions


def predicts_nothing(desk: RunContext) -> None:
    """Check that to rehearse the history of a desk predicts nothing, where its rules are those that judged it and nobody corrected
    them since."""
    if rules_versions(desk.db) != {desk.attributor.version} or ever_corrected(desk.db):
        return
    sources = list(all_sources().values())
    with write(desk.db) as writing:
        played = list(backtest(writing, sources, desk.attributor, desk.watchlists))
        for watchlist in desk.watchlists:
            assert compare_with_history(writing, played, watchlist.name, "", sources) == []
