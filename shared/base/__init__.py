"""The ground that every concept stands on: settings, time, money, identifiers, states, sealing, database."""
