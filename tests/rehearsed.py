"""What holds of every world: to rehearse its history with the configuration that made it predicts nothing."""

from bot.context import RunContext
from bot.run.backtest import backtest, compare_with_history
from sources import all_sources
from state.db import connection_of, write


def predicts_nothing(desk: RunContext) -> None:
    """Check that to rehearse the history of a desk predicts nothing, where its rules are those that judged it and nobody corrected
    them since."""
    connection = connection_of(desk.db)
    judged = {row[0] for row in connection.execute("SELECT rules_version FROM sources WHERE accepted_at IS NOT NULL")}
    corrected = connection.execute("SELECT 1 FROM corrections LIMIT 1").fetchone()
    if judged != {desk.attributor.version} or corrected:
        return
    sources = list(all_sources().values())
    with write(desk.db) as writing:
        played = list(backtest(writing, sources, desk.attributor, desk.watchlists))
        for watchlist in desk.watchlists:
            assert compare_with_history(writing, played, watchlist.name, "", sources) == []
