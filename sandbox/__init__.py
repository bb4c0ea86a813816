"""The outer world in miniature, for the demo and the tests: one process, started by
``python -m sandbox``, that plays the card processor (its HTTP API, its hosted page, its signed
webhooks) and the patient's phone and mailbox. Nothing here leaves the machine, and live keys are
refused.
"""
