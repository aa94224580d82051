"""A loopback exchange that speaks Binance USD-M's wire format over synthetic markets, and costs as little as it can.

Every reply is serialised before it is asked for, so that a measurement is of the one who asks. The simulator is for truth in all its
kinds; this is for size: no faults, no limits, one venue. Imports neither ingestion nor orchestration.
"""
