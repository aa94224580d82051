with source as (
    {{ latest_version(source('htx', 'klines'), ['contract_code', 'period', 'id']) }}
),

contract_sizes as (
    {{ htx_contract_sizes() }}
),

-- The venue adds buys and sells, so each contract that changed hands counts twice; trades it counts once.
one_sided as (
    select
        source.*,
        amount / 2 as base,
        case
            when source.contract_code like '%-USD'
                then vol * coalesce(contract_sizes.contract_size, {{ htx_coin_m_contract_usd('source.contract_code') }}) / 2
            else trade_turnover / 2
        end as usd
    from source
    left join contract_sizes
        on source.contract_code = contract_sizes.contract_code
    where {{ is_htx_perpetual('source.contract_code') }}
),

renamed as (
    select
        -- ids
        'htx' as venue,
        contract_code as symbol,
        'htx:' || contract_code as market_id,

        -- numerics
        open,
        high,
        low,
        close,
        base as volume_base,
        usd as volume_quote,
        usd as volume_usd,
        {{ adapter.quote('count') }} as trades,

        -- timestamps
        {{ from_epoch_s('id') }} as opened_at,
        _fetched_at as fetched_at,
        month
    from one_sided
    where
        -- a day of theirs begins at 16:00 UTC
        period = '60min'
        -- a candle fetched before its hour was over is a preview
        and (id + 3600) * 1000 <= {{ epoch_ms('_fetched_at') }}
)

select * from renamed
