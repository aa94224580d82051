with source as (
    {{ latest_version(source('drift', 'candles'), ['symbol', 'resolution', 'ts']) }}
),

renamed as (
    select
        -- ids
        'drift' as venue,
        symbol,
        'drift:' || symbol as market_id,

        -- numerics: prices of fills, and the oracle's for an hour without any
        case when fill_open > 0 then fill_open else oracle_open end as open,
        case when fill_high > 0 then fill_high else oracle_high end as high,
        case when fill_low > 0 then fill_low else oracle_low end as low,
        case when fill_close > 0 then fill_close else oracle_close end as close,
        base_volume as volume_base,
        quote_volume as volume_quote,
        quote_volume as volume_usd,
        cast(null as bigint) as trades,
        {{ told_in_base('candles') }},

        -- timestamps
        {{ from_epoch_s('ts') }} as opened_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        resolution = '60'
        and symbol not like '%-BET'
        -- a candle fetched before its hour was over is a preview
        and (ts + 3600) * 1000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
