"""Entry scripts for mitmproxy. Their folder comes first on Python's path there: name nothing in it like a module."""
