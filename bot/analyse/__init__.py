"""Who holds what on a day, leagues, gaps, dates: asked here by every screen."""
