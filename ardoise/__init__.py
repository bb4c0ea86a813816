"""The command line; composes what touches several concepts at once."""
