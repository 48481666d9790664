"""The WSGI entry: servers call ``service:create_app()``; running this file serves on loopback."""

from detector.web import create_app

__all__ = ["create_app"]

if __name__ == "__main__":
    import os

    from werkzeug.serving import run_simple

    from detector.config import load

    config = load(None, os.environ)
    # Loopback whatever web.host says: this is werkzeug's small server, made for trying things.
    run_simple("127.0.0.1", config.web.port, create_app(config), threaded=True)
