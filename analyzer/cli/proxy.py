"""``sioscope proxy``: mitmproxy with sioscope in it."""

import click


@click.command(name="proxy")
@click.option("--listen", metavar="HOST:PORT", default="127.0.0.1:8080", show_default=True, help="Where to listen.")
@click.option("--target", metavar="URL", help="The server to stand in front of (a reverse proxy).")
@click.option("--mode", default="regular", show_default=True, help="Without --target: a mode of mitmproxy.")
@click.option("-o", "--output", metavar="FILE", help="Record to this file (.jsonl) or FIFO.")
@click.option("--rotate", metavar="LIMIT", default="", help="Begin a new file by size or time: 100M, 1h, 100M,1h.")
@click.option("--filter", "wanted", metavar="FILTER", default="", help="Record and print only this: '~e say & !~n /x'.")
@click.option("--rules", metavar="FILE", default="", help="Shape traffic by the rules in this TOML file.")
@click.option("--force", is_flag=True, help="Replace an output that exists.")
@click.option("--web", is_flag=True, help="Start mitmweb, which shows the traffic in a browser.")
@click.option("--set", "options", metavar="NAME=VALUE", multiple=True, help="Any other option of mitmproxy.")
@click.option("-q", "--quiet", is_flag=True, help="Print no packets.")
def command(
    listen: str,
    target: str | None,
    output: str | None,
    rotate: str,
    options: tuple[str, ...],
    quiet: bool,
    **given: bool | str,
) -> None:
    """Record Socket.IO as it happens, and print a line a packet.

    Needs mitmproxy 11 or 12 (pip install 'sioscope[proxy]'). With --target it stands in front of a server; without,
    it is the proxy that clients are told to use. It ends with Ctrl-C.

    \b
        sioscope proxy --target http://127.0.0.1:3000 -o log.jsonl
        sioscope proxy --listen 0.0.0.0:8080 -o log.jsonl --rotate 100M
    """
    from analyzer.live.packet_filter import compile_filter
    from analyzer.live.rotation import parse
    from analyzer.live.rules import read as read_rules
    from analyzer.live.serving import Serving, serve

    parse(rotate)
    compile_filter(str(given["wanted"]))
    settings = [("sioscope_rotate", rotate), ("sioscope_print", str(not quiet).lower())]
    settings += [("sioscope_filter", str(given["wanted"]))] if given["wanted"] else []
    if given["rules"]:
        read_rules(str(given["rules"]))
        settings.append(("sioscope_rules", str(given["rules"])))
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise click.UsageError(f"--set takes NAME=VALUE, not {option!r}", click.get_current_context())
        settings.append((name, value))
    serving = Serving(
        listen, target, str(given["mode"]), output, bool(given["force"]), bool(given["web"]), tuple(settings)
    )
    serve(serving, lambda line: click.echo(f"sioscope: {line}", err=True))
