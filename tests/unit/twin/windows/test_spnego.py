"""SPNEGO's tokens: pyspnego's own are understood, and what is none is refused and nothing worse."""

from __future__ import annotations

from contextlib import suppress

import spnego as pyspnego
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.twin.windows import spnego
from fellesdrift.twin.windows.ntlm import Acceptor, NtlmError, kind_of

CLIENT = pyspnego.client("user", "secret", options=pyspnego.NegotiateOptions.use_negotiate, protocol="negotiate")
FIRST = CLIENT.step()


def test_a_login_of_pyspnego() -> None:
    assert FIRST is not None
    token = spnego.unwrapped(FIRST)
    assert (kind_of(token.inner), token.wrapped, token.signature) == (1, True, b"")
    acceptor = Acceptor("HOST", {"USER": "secret"})
    second = CLIENT.step(spnego.challenge(acceptor.challenge(token.inner)))
    assert second is not None
    answer = spnego.unwrapped(second)
    acceptor.authenticate(answer.inner)
    assert acceptor.seal is not None
    CLIENT.step(spnego.completed(acceptor.seal.agree(token.mechanisms, answer.signature)))
    assert CLIENT.complete
    wrapped = CLIENT.wrap_winrm("æøå".encode())
    assert acceptor.seal.open(wrapped.header, wrapped.data) == "æøå".encode()


@given(st.integers(0, 200), st.binary(max_size=6))
def test_a_damaged_token_is_refused_or_another_one(place: int, noise: bytes) -> None:
    assert FIRST is not None
    with suppress(NtlmError):
        assert isinstance(spnego.unwrapped(FIRST[:place] + noise + FIRST[place + len(noise) :]).inner, bytes)


@given(
    st.binary(max_size=40).map(lambda rest: b"\x60" + rest) | st.binary(max_size=40).map(lambda rest: b"\xa1" + rest)
)
def test_noise_is_refused(token: bytes) -> None:
    with suppress(NtlmError):
        assert isinstance(spnego.unwrapped(token).inner, bytes)
