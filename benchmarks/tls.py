"""Measures `sioscope records --keylog` against tshark with the same key log on a load inside TLS, in one run.

    python benchmarks/tls.py [--repeat N] [--only sioscope,tshark] [--force]

The load capture is made first unless it is there: the server and clients of benchmarks/load.py over wss, each message a
small record of its own, the key log written by node. What is measured, and how, is as in benchmarks/records.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import records
from load import CLIENTS, DATA, Load, Tls, make

CAPTURE, KEYLOG, FACTS = (DATA / f"load-tls.{suffix}" for suffix in ("pcap", "keys", "json"))
EXCHANGES = 160_000  # some 392,000 messages


def certificate(path: Path) -> Path:
    """A self-signed certificate with its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(pem + key.private_bytes(*form))
    return path


def record(
    path: Path, clients: int = CLIENTS, exchanges: int = EXCHANGES, options: tuple[str, ...] = (), kind: str = ""
) -> Load:
    """Record a run (of a `kind` that the scripts know) inside TLS to `path`, and its secrets beside it."""
    keylog = path.with_suffix(".keys")
    keylog.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        pem = certificate(Path(scratch) / "server.pem")
        return make(path, clients, exchanges, *kind.split(), tls=Tls(str(pem), keylog, options))


def ensure(force: bool = False) -> Load:
    """The facts of the load capture, made now unless it is there."""
    if force or not all(path.exists() for path in (CAPTURE, KEYLOG, FACTS)):
        DATA.mkdir(parents=True, exist_ok=True)
        FACTS.unlink(missing_ok=True)
        record(CAPTURE).write(FACTS)
    return Load.read(FACTS)


def main() -> int:
    """Measure, print the table and the counts."""
    tools = {name: records.TOOLS[name] for name in ("sioscope", "tshark")}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=1, metavar="N")
    parser.add_argument("--only", default=",".join(tools), metavar="TOOLS", help="some of sioscope,tshark")
    parser.add_argument("--force", action="store_true", help="make the capture anew even if it is there")
    wish = parser.parse_args()
    load = ensure(wish.force)
    results = [records.Result(name, load, KEYLOG) for name in tools if name in wish.only.split(",")]
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(wish.repeat):
            for result in results:
                tools[result.name](CAPTURE, result, Path(scratch))
    print(records.table(results))
    print()
    return records.verdict(results)


if __name__ == "__main__":
    sys.exit(main())
