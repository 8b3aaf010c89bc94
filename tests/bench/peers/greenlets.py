"""gevent in the place of threads and sockets, as pyinfra itself begins; to be imported before all that uses them."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()
