"""What every VTS service shares: settings, serving, interceptors, queues, channels and media rules.

Nothing here knows what a service does. Importing this package has no effect.
"""
