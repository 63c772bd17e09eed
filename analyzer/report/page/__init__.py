"""The report as one self-contained HTML page: findings, sessions, charts and the frames themselves.

`sample` gathers frames while the log is read, `columns` packs tables, `findings` writes what must be readable without
any script, `document` puts the page together. What the page does in a browser is in ``assets``.
"""
