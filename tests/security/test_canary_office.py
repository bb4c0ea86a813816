"""The canary behind the counter: what staff see by role, and what commands print."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from backoffice.app import create_app
from shared.base.config import BackofficeSettings
from shared.staff import ROLES, StaffUser, add_staff, open_session, permissions_of
from tests.security.conftest import Logged
from tests.security.planted import MARKS, PASSWORD, ROW, Seeker, export_of, plant
from tests.security.wiretap import errors_noted
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
def probe(): pass
