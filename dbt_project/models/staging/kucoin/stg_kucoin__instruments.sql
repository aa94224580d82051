with source as (
    {{ latest_version('kucoin', 'instruments') }}
),

renamed as (
    select
        -- ids
        'kucoin' as venue,
        symbol,
        'kucoin:' || symbol as market_id,
        'futures' as list_id,

        -- text
        base_currency as base_asset,
        quote_currency as quote_asset,
        settle_currency as settle_asset,
        case when is_inverse then 'inverse' else 'linear' end as contract_type,
        case upper(coalesce(market_type, 'CRYPTO'))
            when 'CRYPTO' then 'crypto'
            when 'STOCK' then 'equity'
            when 'COMMODITY' then 'commodity'
            when 'INDEX' then 'index'
            when 'FOREX' then 'fx'
            else 'other'
        end as underlying_class,

        -- numerics: base per lot, or USD; the interval comes in ms, the first one holds now
        abs(multiplier) as contract_size,
        cast(coalesce(current_funding_rate_granularity, funding_rate_granularity) / 3600000 as bigint) as funding_interval_hours,

        -- booleans
        coalesce(status, 'Open') in ('Open', 'Paused', 'CancelOnly', 'BeingSettled') as is_listed,
        false as is_derived,

        -- timestamps
        {{ from_epoch_ms('first_open_date') }} as listed_at,
        observed_on
    from source
    where type = 'FFWCSX'
)

select * from renamed
