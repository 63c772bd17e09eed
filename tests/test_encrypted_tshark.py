"""Two readers of the same TLS: what tshark decrypts of a capture is what we do."""

import sys
from pathlib import Path
from ssl import TLSVersion

import pytest

from tests import tshark
from tests.builders import pcap
from tests.recorded import Piece, packet
from tests.test_encrypted import TALK, WAYS, encrypted, lossy, shuffled
from tests.tlscaptures import secured
from tests.tlspeers import Pair

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))

import needs

pytestmark = pytest.mark.peers
SUITES = [
    "ECDHE-RSA-AES128-GCM-SHA256",
    "DHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES128-CCM",
    "ECDHE-ECDSA-AES256-CCM8",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "AES128-SHA",
    "ECDHE-ECDSA-AES256-SHA384",
]


def both(folder: Path, found: list[Piece], log: bytes) -> tuple[tshark.Plain, tshark.Plain]:
    """What tshark and we make of segments; the server has the port that most connections share."""
    capture, keylog = folder / "capture.pcap", folder / "keys.txt"
    capture.write_bytes(pcap([packet(piece) for piece in found], nanoseconds=True))
    keylog.write_bytes(log)
    port = found[0][3][1]
    streams = len({frozenset(piece[3]) for piece in found})
    with needs.tools("tshark"), pytest.MonkeyPatch.context() as patch:
        return tshark.decrypted(capture, keylog, port, streams), tshark.ours(capture, keylog, patch)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("order", ["as sent", "shuffled"])
def test_the_same_plaintext(way: str, order: str, tmp_path: Path) -> None:
    """Byte for byte."""
    found, log = encrypted(TALK, way)
    theirs, mine = both(tmp_path, found if order == "as sent" else shuffled(found, 7), log)
    assert sorted(theirs) == [0, 1, 2, 3, 4, 5]
    assert mine == theirs


@pytest.mark.parametrize("suite", SUITES)
def test_suites(suite: str, tmp_path: Path) -> None:
    """One of each kind."""
    theirs, mine = both(tmp_path, *secured(TALK, Pair(TLSVersion.TLSv1_2, suite)))
    assert sorted(theirs) == [0, 1, 2, 3, 4, 5]
    assert mine == theirs


@pytest.mark.parametrize("way", ["1.3", "1.2", "1.2, CBC"])
def test_lost_segments(way: str, tmp_path: Path) -> None:
    """Of a lossy capture we decrypt no less than tshark does, and nothing else than of the whole one."""
    found, log = encrypted(TALK, way)
    theirs, mine = both(tmp_path, lossy(found, 5), log)
    assert theirs
    for stream, sides in theirs.items():
        for side in (0, 1):
            assert len(mine[stream][side]) >= len(sides[side])
    whole = both(tmp_path, found, log)[1]
    assert all(len(mine[stream][side]) <= len(whole[stream][side]) for stream in mine for side in (0, 1))
