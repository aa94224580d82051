"""Requests and answers: endpoints, the one client, budgets, what a host said. Knows no table."""
