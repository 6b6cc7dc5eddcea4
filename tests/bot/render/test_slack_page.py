"""The page of Slack messages: Block Kit as a reader sees it, and nothing of a text becomes markup."""

from hypothesis import given
from hypothesis import strategies as st

from bot.render.mrkdwn import link, safe
from bot.render.slack import section
from bot.render.slack_page import mrkdwn_html, page_of


def test_bold_links_and_line_ends() -> None:
    text = f"*{safe('China & others')}*\n{link('https://www.iso.org/x?a=1&b=2', 'page')}"
    assert mrkdwn_html(text) == ('<strong>China &amp; others</strong><br><a href="https://www.iso.org/x?a=1&amp;b=2">page</a>')


@given(st.text())
def test_no_text_becomes_markup(text: str) -> None:
    page = page_of([{"text": "", "blocks": [section(safe(f"<script>{text}"))]}])
    assert "<script" not in page
    assert page.count("<article>") == 1
