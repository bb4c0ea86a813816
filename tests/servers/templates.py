"""Applications of one test process share the templates that Jinja has compiled.

Jinja compiles a template once for each application. A process of ours has one application, a test process
one or more for each test: without this, a third of the tests of pages went into compiling the same templates.
"""

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """In memory; a template whose source has changed since is compiled anew, as Jinja has it."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


def share_compiled() -> None:
    """For every application that is made from now on."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
