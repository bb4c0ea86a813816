"""The payment flows against a real test-mode account of the card processor: ``python -m tests.live``.

Never part of the test run: it needs somebody's own key and somebody at a browser (docs/live-processor.md).
"""
