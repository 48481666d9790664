"""The one detector of a process: warmed in the background, never half ready."""

import logging
import os
import threading

from detector.config import Config
from detector.core import Detector
from detector.web.problems import problem

log = logging.getLogger(__name__)

# Loading the tables takes about half a second; a client that waits one finds us ready.
RETRY_AFTER = "1"


class Engine:
    """A :class:`Detector` that other threads may ask for from the first moment on."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._lock = threading.Lock()
        self._warming_in: int | None = None
        self._detector: Detector | None = None

    def start(self) -> None:
        """Warm up in a thread of this process; a second call does nothing."""
        with self._lock:
            if self._detector is None and self._warming_in != os.getpid():
                self._warming_in = os.getpid()
                threading.Thread(target=self._warm, name="warm-up", daemon=True).start()

    def detector(self) -> Detector:
        """Return the warm detector; raises Problem 503 until there is one."""
        if self._detector is not None:
            return self._detector
        if self._warming_in is not None:
            self.start()  # a server that forked after create_app() left the thread behind
        raise problem(503, "not_ready", "the detector is warming up", Retry_After=RETRY_AFTER)

    def _warm(self) -> None:
        try:
            detector = Detector(self.config).warm()
        except Exception:  # nobody joins this thread: the log is the only place to say it
            log.exception("warm-up failed, this process will never be ready")
        else:
            self._detector = detector
