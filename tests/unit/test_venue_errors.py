"""What venues say when they refuse, and what that is to us: the error, and the words that the status shows.

One line for a kind of refusal: source, endpoint, HTTP status, body, error, words. Belongs here: what a body says. Does not: envelopes that
many share (`test_envelope.py`), what the client does about it (`test_http_retries.py`), one venue's own ways (its test).
"""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.errors import BadAnswer, NotAvailable, NotFound, Rejected, SourceError
from ingestion.venue.registry import all_sources

NAMES = ("symbol", "market", "instrument_name", "instrument", "ticker", "market_id", "value", "contractId", "contractIdList", "coin")
NAMES += ("instId", "contract_code", "contract")
KRAKEN_ERROR = {"severity": "E", "error_class": "General", "type": "Invalid arguments", "msg": None, "field": "interval"}
HTML = b"<html>error code: 1020</html>"
CASES: list[tuple[str, str, int, Any, type[SourceError] | None, str]] = [
    ("aevo", "funding_history", 400, {"error": "ERR_MALFORMED_REQUEST"}, Rejected, "HTTP 400: ERR_MALFORMED_REQUEST"),
    ("aevo", "funding_history", 200, {"error": "ERR_MALFORMED_REQUEST"}, Rejected, "HTTP 200: ERR_MALFORMED_REQUEST"),
    ("aevo", "trade_history", 404, {"error": "INSTRUMENT_NOT_FOUND"}, NotFound, "INSTRUMENT_NOT_FOUND"),
    ("aevo", "markets", 200, [], None, ""),
    ("aster", "um_klines", 400, {"code": -1121, "msg": "Invalid symbol."}, NotFound, "error -1121: Invalid symbol."),
    ("aster", "um_funding_rate", 200, {"code": -1130, "msg": "limit"}, Rejected, "error -1130: limit"),
    ("aster", "um_exchange_info", 403, HTML, NotAvailable, "HTTP 403"),
    ("binance", "um_klines", 400, {"code": -1121, "msg": "Invalid symbol."}, NotFound, "error -1121: Invalid symbol"),  # recorded
    ("binance", "um_klines", 200, {"code": -1122, "msg": "Invalid symbol status."}, NotFound, "error -1122"),
    ("binance", "um_klines", 200, b'{ "code" : -1130 , "msg" : "bad" }', Rejected, "error -1130: bad"),
    ("binance", "um_klines", 200, b'{"msg":"Way too many requests","code":-1003}', Rejected, "error -1003"),
    ("binance", "um_klines", 451, {"code": 0, "msg": "restricted location"}, NotAvailable, "restricted location"),
    ("binance", "um_klines", 403, HTML, NotAvailable, "HTTP 403"),
    ("binance", "um_klines", 400, b"", Rejected, "HTTP 400"),
    ("bingx", "ticker", 200, {"code": 109415, "msg": "no", "data": {}}, NotFound, "error 109415: no"),
    ("bingx", "ticker", 200, {"code": 100204, "msg": "no", "data": {}}, NotFound, "error 100204: no"),
    ("bingx", "ticker", 200, {"code": 100400, "msg": "no", "data": {}}, Rejected, "error 100400: no"),
    ("bingx", "ticker", 200, {"code": 100413, "msg": "no", "data": {}}, NotAvailable, "error 100413: no"),
    ("bingx", "ticker", 200, {"code": 100001, "msg": "no", "data": {}}, NotAvailable, "error 100001: no"),
    ("bingx", "ticker", 200, {"code": 100503, "msg": "no", "data": {}}, BadAnswer, "error 100503: no"),
    ("bitget", "candles", 400, {"code": "40034", "msg": "no"}, NotFound, "error 40034: no"),
    ("bitget", "candles", 400, {"code": "40309", "msg": "no"}, NotFound, "error 40309: no"),
    ("bitget", "candles", 400, {"code": "40017", "msg": "no"}, Rejected, "error 40017: no"),
    ("bitget", "candles", 200, {"code": "40017", "msg": "no"}, Rejected, "error 40017: no"),
    ("bitget", "candles", 200, {"code": "45001", "msg": "no"}, BadAnswer, "error 45001: no"),
    (
        "bybit",
        "kline",
        200,
        {"retCode": 10001, "retMsg": "symbol params err", "result": {"list": []}},
        NotFound,
        "error 10001: symbol params err",
    ),
    (
        "bybit",
        "kline",
        200,
        {"retCode": 10001, "retMsg": "Not supported symbols", "result": {"list": []}},
        NotFound,
        "error 10001: Not supported symbols",
    ),
    (
        "bybit",
        "kline",
        200,
        {"retCode": 10029, "retMsg": "Invalid symbol", "result": {"list": []}},
        NotFound,
        "error 10029: Invalid symbol",
    ),
    (
        "bybit",
        "kline",
        200,
        {"retCode": 10001, "retMsg": "params error: limit", "result": {"list": []}},
        Rejected,
        "error 10001: params error: limit",
    ),
    (
        "bybit",
        "kline",
        200,
        {"retCode": 10002, "retMsg": "check your timestamp", "result": {"list": []}},
        Rejected,
        "error 10002: check your timestamp",
    ),
    ("bybit", "kline", 200, {"retCode": 10024, "retMsg": "compliance"}, NotAvailable, "error 10024: compliance"),
    (
        "bybit",
        "kline",
        200,
        {"retCode": 10006, "retMsg": "Too many visits!", "result": {"list": []}},
        BadAnswer,
        "error 10006: Too many visits!",
    ),
    (
        "bybit",
        "kline",
        200,
        {"retCode": 10000, "retMsg": "Server Timeout", "result": {"list": []}},
        BadAnswer,
        "error 10000: Server Timeout",
    ),
    ("bybit", "kline", 200, {"retCode": 10016, "retMsg": "Server error."}, BadAnswer, "error 10016: Server error."),
    ("bybit", "tickers", 403, b"<html>access too frequent</html>", NotAvailable, "HTTP 403"),
    ("bybit", "tickers", 200, {"result": {"list": []}}, BadAnswer, "without retCode"),
    ("bybit", "tickers", 200, {"retCode": 0, "retMsg": "OK", "result": {"list": []}}, None, ""),
    ("coinbase", "candles", 404, {"title": "INSTRUMENT_NOT_FOUND", "status": 404}, NotFound, "HTTP 404: INSTRUMENT_NOT_FOUND"),
    ("coinbase", "candles", 400, {"title": "INVALID_GRANULARITY", "status": 400}, Rejected, "HTTP 400: INVALID_GRANULARITY"),
    ("coinbase", "candles", 200, {"errors": [{"id": "not_found", "message": "Not found"}]}, NotFound, "not_found: Not found"),
    ("coinbase", "candles", 200, {"error": "rate_limit_exceeded", "message": "slow"}, BadAnswer, "rate_limit_exceeded: slow"),
    (
        "coinbase",
        "candles",
        200,
        {"error_response": {"error": "UNKNOWN_FAILURE_REASON", "message": ""}},
        Rejected,
        "UNKNOWN_FAILURE_REASON",
    ),
    ("coinbase", "products", 403, HTML, NotAvailable, "HTTP 403"),
    ("coinbase", "products", 200, {"products": [], "num_products": 0}, None, ""),
    ("deribit", "chart", 400, {"error": {"code": 13020, "message": "no"}}, NotFound, "error 13020: no"),
    (
        "deribit",
        "chart",
        400,
        {"error": {"code": -32602, "message": "no", "data": {"param": "instrument_name"}}},
        NotFound,
        "error -32602: no",
    ),
    ("deribit", "chart", 400, {"error": {"code": -32602, "message": "no", "data": {"param": "resolution"}}}, Rejected, "error -32602: no"),
    ("deribit", "chart", 400, {"error": {"code": 10028, "message": "too_many_requests"}}, BadAnswer, "error 10028"),
    ("deribit", "chart", 200, {"error": {"code": 11051, "message": "no"}}, BadAnswer, "error 11051: no"),
    ("deribit", "chart", 200, {"error": {"code": 13004, "message": "no"}}, Rejected, "error 13004: no"),
    ("deribit", "instruments", 403, HTML, NotAvailable, "HTTP 403"),
    ("deribit", "instruments", 200, {"jsonrpc": "2.0"}, Rejected, "without a result"),
    ("deribit", "instruments", 200, [1], Rejected, "without an envelope"),
    ("deribit", "instruments", 200, {"result": None}, None, ""),
    ("drift", "candles", 200, {"success": False, "message": "odd"}, Rejected, "HTTP 200: odd"),
    ("drift", "candles", 404, {"message": "Not Found"}, NotFound, "Not Found"),
    ("drift", "funding_rates", 403, {"message": "Forbidden"}, NotAvailable, "Forbidden"),
    ("drift", "stats_markets", 400, HTML, Rejected, "<html>"),
    ("drift", "funding_rates", 200, b"", None, ""),
    ("dydx", "candles", 400, {"errors": [{"msg": "ticker must be a valid ticker"}]}, NotFound, "HTTP 400: ticker must be"),
    ("dydx", "candles", 404, {"errors": [{"msg": "MATIC-USD not found in markets"}]}, NotFound, "HTTP 404: MATIC-USD not found"),
    ("dydx", "candles", 400, {"errors": [{"msg": "limit must be a positive integer"}]}, Rejected, "HTTP 400: limit must be"),
    ("dydx", "candles", 200, {"errors": [{"msg": "odd"}]}, Rejected, "HTTP 200: odd"),
    ("dydx", "candles", 403, {"errors": [{"msg": "Because you appear to be a resident"}]}, NotAvailable, "HTTP 403: Because you appear"),
    ("dydx", "candles", 418, HTML, Rejected, "HTTP 418: <html>"),
    ("edgex", "klines", 200, {"code": "INVALID_PARAMETER", "msg": "size"}, Rejected, "error INVALID_PARAMETER: size"),
    ("edgex", "ticker", 200, {"code": "SYSTEM_ERROR", "msg": "later"}, BadAnswer, "error SYSTEM_ERROR: later"),
    ("edgex", "metadata", 200, {"data": []}, Rejected, "error none"),
    ("edgex", "funding_page", 200, [], Rejected, "an answer without an envelope"),
    ("edgex", "funding_page", 403, HTML, NotAvailable, "HTTP 403"),
    ("edgex", "klines", 200, {"code": "SUCCESS", "data": []}, None, ""),
    ("extended", "candles", 400, {"status": "ERROR", "error": {"code": 1001, "message": "no"}}, NotFound, "error 1001: no"),
    ("extended", "candles", 400, {"status": "ERROR", "error": {"code": "NOT_FOUND", "message": "no"}}, NotFound, "error NOT_FOUND: no"),
    ("extended", "candles", 400, {"status": "ERROR", "error": {"code": 1002, "message": "no"}}, NotFound, "error 1002: no"),
    ("extended", "candles", 400, {"status": "ERROR", "error": {"code": 1005, "message": "no"}}, Rejected, "error 1005: no"),
    ("extended", "candles", 400, {"status": "ERROR", "error": {"code": 1010, "message": "no"}}, BadAnswer, "error 1010: no"),
    ("extended", "markets", 200, {"status": "ok", "data": []}, None, ""),  # the vendor's pages have both spellings
    ("extended", "markets", 403, HTML, NotAvailable, "HTTP 403"),
    ("extended", "markets", 200, [1], Rejected, "without an envelope"),
    ("gate", "candlesticks", 400, {"label": "CONTRACT_NOT_FOUND", "message": "why not"}, NotFound, "CONTRACT_NOT_FOUND: why not"),
    ("gate", "candlesticks", 400, {"label": "INVALID_PARAM_VALUE", "message": "why not"}, Rejected, "INVALID_PARAM_VALUE: why not"),
    ("gate", "candlesticks", 400, {"label": "TOO_MANY_REQUESTS", "message": "why not"}, BadAnswer, "TOO_MANY_REQUESTS: why not"),
    ("gate", "contracts", 400, {"label": "ORDER_NOT_FOUND", "message": "no"}, Rejected, "ORDER_NOT_FOUND"),  # recorded, as the next
    ("gate", "contracts", 400, {"label": "INVALID_PROTOCOL", "message": "no"}, Rejected, "INVALID_PROTOCOL"),
    ("gate", "contracts", 403, HTML, NotAvailable, "HTTP 403"),
    ("gate", "contracts", 200, [], None, ""),
    ("htx", "kline", 200, {"status": "error", "err_code": 1332, "err_msg": "no"}, NotFound, "error 1332: no"),
    ("htx", "kline", 200, {"status": "error", "err-code": "bad-request", "err-msg": "invalid symbol"}, NotFound, "invalid symbol"),
    ("htx", "kline", 200, {"status": "error", "err-code": "x", "err-msg": "no"}, Rejected, "error x: no"),
    ("htx", "kline", 200, {"status": "error", "err_code": 1032, "err_msg": "no"}, BadAnswer, "error 1032: no"),
    ("htx", "kline", 200, {"code": 1030, "msg": "no"}, BadAnswer, "error 1030: no"),
    ("htx", "kline", 200, {"code": 1014, "message": "no", "data": None}, NotFound, "error 1014: no"),
    ("htx", "kline", 403, HTML, NotAvailable, "HTTP 403"),
    ("htx", "kline", 200, HTML, BadAnswer, "without status"),
    ("htx", "liquidation_orders", 200, {"code": 200, "msg": "", "data": []}, None, ""),
    ("hyperliquid", "meta", 422, b"bad body", Rejected, "HTTP 422: bad body"),
    ("kraken", "open_interest", 200, {"result": "error", "error": "apiLimitExceeded"}, BadAnswer, "error apiLimitExceeded"),
    ("kraken", "open_interest", 404, {"result": "error", "error": "NOT_FOUND"}, NotFound, "error NOT_FOUND"),
    ("kraken", "candles", 200, {"result": "error", "errors": [{"code": 11, "message": "missing"}]}, Rejected, "error 11: missing"),
    ("kraken", "open_interest", 400, {"result": None, "errors": [KRAKEN_ERROR]}, Rejected, "error Invalid arguments: interval"),
    ("kraken", "open_interest", 200, {"result": None, "errors": [KRAKEN_ERROR]}, Rejected, "error Invalid arguments: interval"),
    ("kraken", "open_interest", 200, {"result": {}, "errors": [KRAKEN_ERROR | {"severity": "W"}]}, None, ""),
    ("kraken", "open_interest", 200, {"result": "error"}, Rejected, "without a reason"),
    ("kraken", "candles", 403, HTML, NotAvailable, "HTTP 403"),
    ("kraken", "tickers", 200, [1], Rejected, "no object"),
    ("kucoin", "kline", 200, {"code": "100003", "msg": "Contract parameter invalid"}, NotFound, "error 100003: Contract parameter"),
    ("kucoin", "kline", 200, {"code": "400100", "msg": "The symbol Not Exists"}, NotFound, "error 400100: The symbol Not Exists"),
    ("kucoin", "kline", 200, {"code": "400100", "msg": "granularity is invalid"}, Rejected, "error 400100: granularity is invalid"),
    ("kucoin", "contracts", 200, {"code": "400100", "msg": "validation.createOrder"}, Rejected, "error 400100: validation"),  # recorded
    ("kucoin", "open_interest", 200, {"code": "200002", "msg": "Too many"}, BadAnswer, "error 200002: Too many"),
    ("kucoin", "kline", 429, {"code": "429000", "msg": "Too many requests"}, BadAnswer, "error 429000: Too many requests"),
    ("lighter", "candles", 200, {"code": 23000, "message": "Too Many Requests!"}, BadAnswer, "error 23000: Too Many Requests!"),
    ("lighter", "candles", 405, HTML, BadAnswer, "HTTP 405: too many requests"),
    ("lighter", "candles", 400, {"code": 21602, "message": "invalid market index"}, NotFound, "error 21602"),
    ("lighter", "candles", 400, {"code": 20001, "message": "invalid param"}, Rejected, "error 20001: invalid param"),
    ("lighter", "token_list", 200, {"message": "?"}, Rejected, "error none"),
    ("lighter", "token_list", 200, [1], Rejected, "an answer without an envelope"),
    ("lighter", "order_book_details", 404, b"not here", NotFound, "HTTP 404"),
    ("lighter", "fundings", 200, {"code": 200}, None, ""),
    ("mexc", "kline", 200, {"success": False, "code": 1001, "message": "no"}, NotFound, "error 1001: no"),
    ("mexc", "kline", 200, {"success": False, "code": 600, "message": "no"}, Rejected, "error 600: no"),
    ("mexc", "kline", 200, {"success": False, "code": 510, "message": "no"}, BadAnswer, "error 510: no"),
    (
        "mexc",
        "detail",
        200,
        {"success": False, "code": 10216, "message": "No available deposit address"},
        Rejected,
        "error 10216: No available",
    ),
    ("mexc", "ticker", 403, HTML, NotAvailable, "HTTP 403"),
    ("mexc", "ticker", 200, [1], Rejected, "without an envelope"),
    ("okx", "candles", 200, {"code": "51001", "msg": "why not", "data": []}, NotFound, "error 51001: why not"),
    ("okx", "candles", 200, {"code": "51000", "msg": "why not", "data": []}, Rejected, "error 51000: why not"),
    ("okx", "candles", 400, {"code": "51000", "msg": "why not", "data": []}, Rejected, "error 51000: why not"),
    ("okx", "candles", 200, {"code": "50011", "msg": "why not", "data": []}, BadAnswer, "error 50011: why not"),
    ("okx", "candles", 429, {"code": "50011", "msg": "why not", "data": []}, BadAnswer, "error 50011: why not"),
    ("okx", "candles", 200, {"code": "50013", "msg": "why not", "data": []}, BadAnswer, "error 50013: why not"),
    ("okx", "candles", 200, {"code": "1", "msg": "why not", "data": []}, Rejected, "error 1: why not"),
    ("paradex", "klines", 400, {"error": "INVALID_SYMBOL", "message": "no"}, NotFound, "HTTP 400: error INVALID_SYMBOL: no"),
    ("paradex", "summary", 400, {"error": "VALIDATION_ERROR", "message": "start"}, Rejected, "HTTP 400: error VALIDATION_ERROR: start"),
    ("paradex", "markets", 200, {"error": "INTERNAL_ERROR", "message": "later"}, BadAnswer, "HTTP 200: error INTERNAL_ERROR"),
    ("paradex", "markets", 400, {"error": "GEO_IP_BLOCKED", "message": "no"}, NotAvailable, "HTTP 400: error GEO_IP_BLOCKED"),
    ("paradex", "markets", 200, {"message": "?"}, Rejected, "HTTP 200: error none"),
    ("paradex", "markets", 200, [], Rejected, "an answer without results"),
    ("paradex", "markets", 403, HTML, NotAvailable, "HTTP 403"),
    ("paradex", "funding_data", 200, {"results": []}, None, ""),
]


@pytest.mark.parametrize(("source", "endpoint", "status", "body", "error", "words"), CASES)
def test_a_refusal_is_told(
    source: str, endpoint: str, status: int, body: Any, error: type[SourceError] | None, words: str, payload: Any
) -> None:
    """Words of the venue, of its market: the names that any of the requests may carry it under."""
    names = dict.fromkeys(NAMES, "X-Y")
    one = payload(source, endpoint, body, status=status, params=names, match=names)
    if error is None:
        return all_sources()[source].check(one)
    with pytest.raises(error) as told:
        all_sources()[source].check(one)
    assert words in str(told.value)
    assert str(told.value).startswith(f"{source} {endpoint} [X-Y]: ")
    return None
