"""Orchestration: the steps of the chain as plain functions, and over them Dagster and the command line. No fetching and no rules here."""
