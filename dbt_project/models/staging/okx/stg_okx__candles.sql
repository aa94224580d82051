with source as (
    {{ latest_version(source('okx', 'candles'), ['inst_id', 'bar', 'ts']) }}
),

renamed as (
    select
        -- ids
        'okx' as venue,
        inst_id as symbol,
        'okx:' || inst_id as market_id,

        -- numerics: vol is contracts and not used; vol_ccy is base and vol_ccy_quote quote, on linear and inverse swaps alike
        open,
        high,
        low,
        close,
        vol_ccy as volume_base,
        vol_ccy_quote as volume_quote,
        case when split_part(split_part(inst_id, '-', 2), '_', 1) in ('USDT', 'USDC', 'USD') then vol_ccy_quote end as volume_usd,
        cast(null as bigint) as trades,
        {{ told_in_base('candles') }},

        -- timestamps
        {{ from_epoch_ms('ts') }} as opened_at,
        _fetched_at as fetched_at,
        month
    from source
    where
        bar = '1H'
        and confirm = 1
        -- the path serves spot and dated futures too
        and inst_id like '%-SWAP'
)

select * from renamed
