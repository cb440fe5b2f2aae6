"""A module that no process may fork from: it starts a thread when it is imported."""

import threading

threading.Thread(target=threading.Event().wait, daemon=True).start()
