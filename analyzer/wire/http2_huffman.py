"""The Huffman code of HPACK (RFC 7541 section 5.2), decoded a byte at a time."""

from functools import lru_cache

from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH

_END = 256
"""The symbol that ends a string; only its first bits may occur, as padding."""

_DEAD = -1
_FIRST, _LAST_PIECE = 24, 16
Step = tuple[int, str]
"""The next place in the tree, and the characters that were completed on the way there."""


def _tree() -> tuple[list[list[int]], frozenset[int]]:
    """Inner nodes with two children each: a node's index, or -2 - symbol for a leaf. And the nodes that may be the
    last.
    """
    nodes: list[list[int]] = [[0, 0]]
    for symbol, (code, length) in enumerate(zip(REQUEST_CODES, REQUEST_CODES_LENGTH, strict=True)):
        at = 0
        for bit in range(length - 1, 0, -1):
            side = code >> bit & 1
            if not nodes[at][side]:
                nodes.append([0, 0])
                nodes[at][side] = len(nodes) - 1
            at = nodes[at][side]
        nodes[at][code & 1] = -2 - symbol
    last, at = [0], 0
    for _ in range(7):
        at = nodes[at][1]
        last.append(at)
    return nodes, frozenset(last)


_NODES, _LAST = _tree()


class _Rows(dict[int, list[Step]]):
    """For every node what each byte leads to; made when first needed."""

    def __missing__(self, node: int) -> list[Step]:
        row = self[node] = [_walk(node, byte) for byte in range(256)]
        return row


def _walk(node: int, byte: int) -> Step:
    text = ""
    for bit in range(7, -1, -1):
        if node == _DEAD:
            return _DEAD, ""
        node = _NODES[node][byte >> bit & 1]
        if node < _DEAD:
            symbol = -2 - node
            if symbol == _END:
                return _DEAD, ""
            text += chr(symbol)
            node = 0
    return node, text


_ROWS = _Rows()


def decode(data: bytes) -> str:
    """The string (as latin-1 text) whose code is ``data``. Raises ValueError where it is none."""
    if len(data) <= _FIRST:
        node, text = _remembered(0, data)
    else:
        node, text = _remembered(0, data[:_FIRST])
        node, more = _piece(node, data[_FIRST:-_LAST_PIECE])
        node, last = _remembered(node, data[max(_FIRST, len(data) - _LAST_PIECE) :])
        text += more + last
    if node not in _LAST:
        raise ValueError("a string that is not Huffman coded as it should be")
    return text


def _piece(node: int, data: bytes) -> Step:
    """Where some bytes lead to from a node."""
    rows = _ROWS
    parts: list[str] = []
    add = parts.append
    for byte in data:
        node, text = rows[node][byte]
        add(text)
    return node, "".join(parts)


_remembered = lru_cache(maxsize=4096)(_piece)
"""Many values come again and again; paths begin alike, and end in the name of a session."""
