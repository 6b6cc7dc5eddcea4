"""What is kept as JSON comes back as it was."""

from hypothesis import given
from hypothesis import strategies as st

from state.encode import dump_claims, load_claims
from state.model import Claim, Evidence

WORDS = st.sampled_from(["", "SAC", "DIN", "China", "p-member", "https://example.org/a"])
CLAIMS = st.lists(
    st.builds(Claim, WORDS, WORDS, st.builds(Evidence, WORDS, WORDS, WORDS), st.none() | WORDS, st.none() | WORDS), max_size=12
)


@given(CLAIMS)
def test_claims_come_back_in_their_order(claims: list[Claim]) -> None:
    assert list(load_claims(dump_claims(claims))) == claims
